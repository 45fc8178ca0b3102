// What every page loads: the behaviour of the design system (menus, dialogs, tooltips).
import "@tabler/core/dist/js/tabler.esm.js";

// The field to sign in: what is drawn goes into the form as lines of points in a field 1000 wide, whatever the screen.
import SignaturePad from "signature_pad";

const WIDE = 1000;

function prepare(place) {
  const canvas = place.querySelector("canvas");
  const input = place.querySelector("input[name=strokes]");
  const pad = new SignaturePad(canvas, { minWidth: 1.2, maxWidth: 2.6, penColor: "#1d2733" });
  const scale = () => WIDE / canvas.offsetWidth;

  const write = () => {
    const by = scale();
    const lines = pad.toData().map(({ points }) => points.map(({ x, y }) => [Math.round(x * by), Math.round(y * by)]));
    input.value = lines.length ? JSON.stringify(lines) : "";
    place.classList.toggle("is-drawn", lines.length > 0);
  };
  const fit = () => {
    const kept = pad.toData();
    const before = canvas.dataset.wide ? Number(canvas.dataset.wide) : canvas.offsetWidth;
    const grown = canvas.offsetWidth / before;
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.dataset.wide = String(canvas.offsetWidth);
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(kept.map((line) => ({ ...line, points: line.points.map((point) => ({ ...point, x: point.x * grown, y: point.y * grown })) })));
  };
  place.hidden = false;
  pad.addEventListener("endStroke", write);
  place.querySelector("[data-clear]").addEventListener("click", () => { pad.clear(); write(); });
  new ResizeObserver(() => { if (canvas.offsetWidth && Number(canvas.dataset.wide) !== canvas.offsetWidth) fit(); }).observe(canvas);
  fit();
}

for (const place of document.querySelectorAll("[data-sign-pad]")) prepare(place);

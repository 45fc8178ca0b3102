"""Pictures of each app's pages: a module an app, with its `shots()` and the names in `NO_PAGES` that show nothing of their own."""

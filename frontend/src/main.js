// Every page: the style sheet, htmx, and small modules that each do one thing. Pages work without any of it.
import "./main.css";
import htmx from "htmx.org";
import "./open.js";
import "./palette.js";
import "./keys.js";
import "./toasts.js";
import "./theme.js";
import "./answers.js";
import "./keep.js";
import "./live.js";
import "./confirm.js";
import "./rows.js";
import "./narrow.js";

window.htmx = htmx;

// A screen with style or script of its own adds screens/NAME.css or screens/NAME.js; both are picked up here.
import.meta.glob("./screens/*.{css,js}", { eager: true });

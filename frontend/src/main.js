// Every page: the style sheet, htmx, and small modules that each do one thing. Pages work without any of it.
import "./main.css";
import "./screens.js";
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
import "./passkey.js";
import "./onward.js";
import "./copy.js";
import "./upload.js";

window.htmx = htmx;

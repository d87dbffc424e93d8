// A screen with style or script of its own adds screens/NAME.css or screens/NAME.js; both are picked up here,
// after the common style, so that the order of the layers is settled by then.
import.meta.glob("./screens/*.{css,js}", { eager: true });

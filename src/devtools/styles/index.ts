import { DIAGRAM } from "./diagram.js";
import { PANELS } from "./panels.js";
import { THEME } from "./theme.js";

/** The styles of the devtools; all of them below the class `cda`. */
export const STYLES = `${THEME}${DIAGRAM}${PANELS}`;

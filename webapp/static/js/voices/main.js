/** The page of voices. */

import { openListening } from "./listen.js";

openListening();

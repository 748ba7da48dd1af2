/** How many transitions of a thread the page follows; what shows them shares one subscription. */
export const FOLLOWED_TRANSITIONS = 200;

/** The API's port, as in the design's port table; the page links the docs that it serves. */
export const apiPort = 7701;

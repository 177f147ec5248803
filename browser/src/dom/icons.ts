// Drawings of 24 by 24 for `icon()`.

export const COPY =
  "M9 3h9a2 2 0 0 1 2 2v11h-2V5H9V3ZM4 9a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V9Zm2 0v10h7V9H6Z";
export const AGAIN = "M12 5a7 7 0 0 1 5.9 3.2V5H20v7h-7v-2h3.6A5 5 0 1 0 17 14h2.1A7 7 0 1 1 12 5Z";
export const MORE =
  "M6 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm6 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm6 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z";
export const EARLIER = "M15.4 7.4 10.8 12l4.6 4.6L14 18l-6-6 6-6 1.4 1.4Z";
export const LATER = "M8.6 16.6 13.2 12 8.6 7.4 10 6l6 6-6 6-1.4-1.4Z";
export const DOWN = "M11 4h2v12.2l5.6-5.6L20 12l-8 8-8-8 1.4-1.4 5.6 5.6V4Z";
export const STOP = "M7 7h10v10H7V7Z";
export const PLAY = "M8 5v14l11-7L8 5Z";
export const RAISE = "M12 3l5 5-1.4 1.4L13 6.8v10.4l2.6-2.6L17 16l-5 5-5-5 1.4-1.4 2.6 2.6V6.8L8.4 9.4 7 8l5-5Z";
export const TOOL =
  "M14.7 3.2a5.5 5.5 0 0 0-5.6 7.4l-6 6a2 2 0 0 0 0 2.8l1.5 1.5a2 2 0 0 0 2.8 0l6-6a5.5 5.5 0 0 0 7.2-6.9L17.3 11 13 6.7l3.3-3.2a5.5 5.5 0 0 0-1.6-.3Z";
export const WARNING = "M12 3 1.5 21h21L12 3Zm0 4 7 12H5l7-12Zm-1 4v4h2v-4h-2Zm0 5v2h2v-2h-2Z";
export const INFO =
  "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm0 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm-1 6h2v7h-2v-7Zm0-3h2v2h-2V7Z";

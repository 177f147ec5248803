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
export const PAUSE = "M7 5h4v14H7V5Zm6 0h4v14h-4V5Z";
export const RAISE = "M12 3l5 5-1.4 1.4L13 6.8v10.4l2.6-2.6L17 16l-5 5-5-5 1.4-1.4 2.6 2.6V6.8L8.4 9.4 7 8l5-5Z";
export const TOOL =
  "M14.7 3.2a5.5 5.5 0 0 0-5.6 7.4l-6 6a2 2 0 0 0 0 2.8l1.5 1.5a2 2 0 0 0 2.8 0l6-6a5.5 5.5 0 0 0 7.2-6.9L17.3 11 13 6.7l3.3-3.2a5.5 5.5 0 0 0-1.6-.3Z";
export const WARNING = "M12 3 1.5 21h21L12 3Zm0 4 7 12H5l7-12Zm-1 4v4h2v-4h-2Zm0 5v2h2v-2h-2Z";
export const INFO =
  "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm0 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm-1 6h2v7h-2v-7Zm0-3h2v2h-2V7Z";
export const PENCIL = "M4 16.6 15.3 5.3l3.4 3.4L7.4 20H4v-3.4ZM16.7 3.9 18.1 2.5l3.4 3.4-1.4 1.4-3.4-3.4Z";
export const BIN = "M9 3h6v2h5v2H4V5h5V3ZM6 8h12v13H6V8Zm2 2v9h8v-9H8Zm1.5 1.5h1.6v6H9.5v-6Zm3.4 0h1.6v6h-1.6v-6Z";
export const PIN = "M8 3h8v2h-1v6l2.5 3v2H13v5l-1 1-1-1v-5H6.5v-2L9 11V5H8V3Zm3 2v6.7L9.1 14h5.8L13 11.7V5h-2Z";
export const CHAT = "M3 4h13v10H7l-4 3.5V4Zm2 2v7l1.3-1H14V6H5Zm13 2h3v12.5L17 17H8v-2h10V8Z";
export const COMPARISON = "M3 4h18v16H3V4Zm2 2v12h6V6H5Zm8 0v12h6V6h-6Z";
export const EXPERIMENT =
  "M3 4h18v16H3V4Zm2 2v2.7h14V6H5Zm0 4.7v2.6h4v-2.6H5Zm6 0v2.6h8v-2.6h-8Zm-6 4.6V18h4v-2.7H5Zm6 0V18h8v-2.7h-8Z";
export const BATCH =
  "M12 3l9 5-9 5-9-5 9-5Zm0 2.3L7.1 8l4.9 2.7L16.9 8 12 5.3ZM4.9 11l7.1 4 7.1-4 1.9 1.1-9 5-9-5L4.9 11Zm0 4 7.1 4 7.1-4 1.9 1.1-9 5-9-5L4.9 15Z";

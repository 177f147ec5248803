import { MOST_PICTURES } from "../channel/messages";
import { cut } from "../page/cut_text";

/** Pictures of a message: which files are accepted, and why others are not. */

const LARGEST_BYTES = 10_000_000;
const LARGEST_SUM = 30_000_000;
export const ACCEPTED = "image/png,image/jpeg,image/webp,image/gif,.png,.jpg,.jpeg,.webp,.gif";

export interface Picture {
  readonly name: string;
  /** A data: URI. */
  readonly url: string;
  readonly bytes: number;
}

export interface Taken {
  readonly pictures: Picture[];
  /** Why each of the others is left out. */
  readonly refusals: string[];
}

/** Reads files that are dropped, pasted or picked, to be added to the `existing` pictures. */
export async function readPictures(files: Iterable<File>, existing: readonly Picture[]): Promise<Taken> {
  const pictures: Picture[] = [];
  const refusals: string[] = [];
  let sum = sumOf(existing);
  for (const file of files) {
    const refusal = refusalOf(file, existing.length + pictures.length, sum);
    const read = refusal === null ? await readPicture(file) : refusal;
    if (typeof read === "string") {
      refusals.push(read);
    } else {
      pictures.push(read);
      sum += read.bytes;
    }
  }
  return { pictures, refusals };
}

/** Pictures that come as data: URIs, with an offer. */
export function offered(urls: readonly string[]): Picture[] {
  return urls
    .filter((url) => url.startsWith("data:image/"))
    .map((url, at) => ({ name: `picture ${at + 1}`, url, bytes: Math.round((url.length * 3) / 4) }));
}

export function sumOf(pictures: readonly Picture[]): number {
  return pictures.reduce((sum, picture) => sum + picture.bytes, 0);
}

function refusalOf(file: File, count: number, sum: number): string | null {
  const name = short(file.name);
  if (count >= MOST_PICTURES) return `${name} is left out: a message takes ${MOST_PICTURES} pictures.`;
  if (file.size > LARGEST_BYTES) return `${name} is left out: it has ${mega(file.size)}, a picture may have 10 MB.`;
  if (sum + file.size > LARGEST_SUM) return `${name} is left out: the pictures of a message may have 30 MB together.`;
  return null;
}

/** The picture in a file, or why it is none. Its bytes decide what it is, whatever its name says. */
async function readPicture(file: File): Promise<Picture | string> {
  const name = short(file.name);
  try {
    const kind = kindOf(new Uint8Array(await read(file.slice(0, 12), "readAsArrayBuffer")));
    if (kind === null) return `${name} is left out: it is no PNG, JPEG, WebP or GIF.`;
    const url = await read(file, "readAsDataURL");
    const picture = {
      name: file.name,
      url: `data:image/${kind};base64,${url.slice(url.indexOf(",") + 1)}`,
      bytes: file.size,
    };
    return (await canBeShown(picture.url)) ? picture : `${name} is left out: it is damaged.`;
  } catch {
    return `${name} is left out: it could not be read.`;
  }
}

function kindOf(head: Uint8Array): "png" | "jpeg" | "gif" | "webp" | null {
  const text = String.fromCharCode(...head);
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (text.startsWith("\xff\xd8\xff")) return "jpeg";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "gif";
  return text.startsWith("RIFF") && text.slice(8) === "WEBP" ? "webp" : null;
}

async function canBeShown(url: string): Promise<boolean> {
  const image = new Image();
  image.src = url;
  return image.decode().then(
    () => true,
    () => false,
  );
}

function read(file: Blob, how: "readAsArrayBuffer"): Promise<ArrayBuffer>;
function read(file: Blob, how: "readAsDataURL"): Promise<string>;
function read(file: Blob, how: "readAsArrayBuffer" | "readAsDataURL"): Promise<unknown> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader[how](file);
  });
}

function mega(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function short(name: string): string {
  const letters = [...name];
  return letters.length > 40 ? `${cut(name, 24)}…${letters.slice(-12).join("")}` : name || "A picture";
}

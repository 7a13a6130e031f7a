// Inserts source files into the message box as code blocks: files that are dropped, pasted or picked.
import { useState } from "preact/hooks";
import { fenceOfFile, insert, textOf } from "../text/writing.ts";
import { usePage } from "./page.ts";

interface Box {
  readonly box: { readonly current: HTMLTextAreaElement | null };
  readonly write: (text: string, start?: number, end?: number) => void;
}

/** Returns the handlers of the box for files. */
export function useFiles({ box, write }: Box) {
  const page = usePage();
  const [over, setOver] = useState(false);

  const take = async (file: File) => {
    const texts = page.texts.peek();
    const most = page.app.peek().server?.contentBytes ?? 8192;
    if (file.size > most) {
      const kib = Math.floor(most / 1024);
      page.ui.toast.value = texts.say("composer_drop_large", { file: file.name, kib });
      return;
    }
    const content = textOf(new Uint8Array(await file.arrayBuffer()));
    if (content === undefined) {
      page.ui.toast.value = texts.say("composer_drop_binary", { file: file.name });
      return;
    }
    const area = box.current;
    if (area === null) return;
    const { selectionStart: start, selectionEnd: end, value: text } = area;
    const onNewLine = start === 0 || text[start - 1] === "\n";
    const code = fenceOfFile(file.name, content);
    const done = insert({ text, start, end }, onNewLine ? code : `\n${code}`);
    write(done.text, done.start, done.end);
    area.focus();
  };
  const first = (data: DataTransfer | null): File | undefined => data?.files[0];
  const hasFile = (data: DataTransfer | null) => data?.types.includes("Files") ?? false;

  const pick = () => {
    const input = document.createElement("input");
    input.type = "file";
    input.addEventListener("change", () => input.files?.[0] && void take(input.files[0]));
    input.click();
  };
  return {
    over,
    pick,
    onPaste: (event: ClipboardEvent) => {
      const file = first(event.clipboardData);
      // A spreadsheet or a web page is copied as a picture and as text. Then paste the text.
      if (file === undefined || event.clipboardData?.types.includes("text/plain")) return;
      event.preventDefault();
      void take(file);
    },
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasFile(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        const file = first(event.dataTransfer);
        if (file === undefined) return;
        event.preventDefault();
        void take(file);
      },
    },
  };
}

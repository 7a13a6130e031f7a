// A field for one file, which can be chosen or dropped.
import { useId, useState } from "preact/hooks";
import { useTexts } from "../page.ts";

/** Draws the field. */
export function FileDrop(
  { disabled, onFile }: {
    readonly disabled: boolean;
    readonly onFile: (file: File | undefined) => void;
  },
) {
  const texts = useTexts();
  const id = useId();
  const [isOver, setOver] = useState(false);
  return (
    <div
      class={`admin-drop ${isOver ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!disabled) onFile(event.dataTransfer?.files[0]);
      }}
    >
      <label for={id}>{texts.say("adm_import_file")}</label>
      <input
        id={id}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        disabled={disabled}
        onChange={(event) => {
          const { currentTarget } = event;
          onFile(currentTarget.files?.[0]);
          // So that the same file can be chosen again after it was corrected.
          currentTarget.value = "";
        }}
      />
      <p class="hint">{texts.say("adm_import_drop")}</p>
    </div>
  );
}

// A text as a file of the person's.

/** Some browsers (Safari) read it only after the click that asked for it. */
const READ_MILLIS_MAX = 60_000;

export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, READ_MILLIS_MAX);
}

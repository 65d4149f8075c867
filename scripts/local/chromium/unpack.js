// Unpack Chromium and its libraries into the folder TMPDIR, and print its path.
import chromium from "@sparticuz/chromium";

console.log(await chromium.executablePath());

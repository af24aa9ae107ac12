/** The colours of every page, light and dark as the reader's system has it; each text has a contrast of 4.5 or more. */
export const PALETTE = `
:root { color-scheme: light dark; --text: #1c2128; --quiet: #59636e; --ground: #fff; --panel: #f6f8fa; --rule: #d1d9e0; --edge: #818b98; --better: #1a7f37; --worse: #cf222e; --dot: #59636e; --warn: #8a5a00; --link: #0969da; --wash-better: #dafbe1; --wash-worse: #ffebe9; --wash-warn: #fff4d1; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --quiet: #9198a1; --ground: #0d1117; --panel: #151b23; --rule: #3d444d; --edge: #656c76; --better: #3fb950; --worse: #f85149; --dot: #9198a1; --warn: #d8a01f; --link: #58a6ff; --wash-better: #12301b; --wash-worse: #3c1618; --wash-warn: #33270a; }
}
`;

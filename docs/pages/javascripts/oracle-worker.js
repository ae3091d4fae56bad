// Runs the reference beside the page, so that the page never stands still.
import { loadPyodide } from "../assets/pyodide/pyodide.mjs";

const FILES = "/files";

function tell(state) {
  postMessage({ state });
}

async function started() {
  tell("Loading Python…");
  const archive = fetch(new URL("../assets/oracle.zip", import.meta.url));
  const python = await loadPyodide({ indexURL: new URL("../assets/pyodide/", import.meta.url).href });
  tell("Loading the reference…");
  const response = await archive;
  if (!response.ok) throw new Error(`oracle.zip: ${response.status} ${response.statusText}`);
  python.unpackArchive(await response.arrayBuffer(), "zip", { extractDir: "/oracle" });
  python.FS.mkdir(FILES);
  python.runPython("import sys; sys.path.insert(0, '/oracle')");
  const answer = python.pyimport("dtao_properties.browser").answer;
  return { python, answer };
}

const oracle = started();
oracle.catch((error) => postMessage({ failed: String(error.message ?? error) }));

onmessage = async ({ data: { id, question, file } }) => {
  try {
    const { python, answer } = await oracle;
    if (file) {
      question.path = `${FILES}/${file.name.replaceAll("/", "_")}`;
      python.FS.writeFile(question.path, new Uint8Array(file.bytes));
    }
    postMessage({ id, answer: JSON.parse(answer(JSON.stringify(question))) });
  } catch (error) {
    const last = String(error.message ?? error).trim().split("\n").pop();
    postMessage({ id, answer: { mistake: `The oracle broke down: ${last}. Please report it, with what you asked.` } });
  }
};

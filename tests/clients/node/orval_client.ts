// A client from orval, with fetch.
import { createAccount, deleteAccount, readJob, startAnalysis } from "./generated/orval";

const options = { headers: { Authorization: `Bearer ${process.env.TOKEN}` } };
const json = { headers: { ...options.headers, "Content-Type": "application/json" } };

async function main() {
  const body = { account_name: "orval" };
  const made = await createAccount(body, json);
  if (made.status !== 201) throw new Error(`${made.status}`);
  const refused = await createAccount(body, json);
  const started = await startAnalysis({ options: { portfolio: "sample" } }, json);
  if (started.status !== 202) throw new Error(`${started.status}`);
  const job = await readJob(started.data.job_id, options);
  await deleteAccount(made.data.id, options);
  const isSame = job.status === 200 && job.data.id === started.data.job_id;
  console.log(JSON.stringify({ cash: made.data.cash_balance, refused: refused.status, job: isSame }));
}

void main();

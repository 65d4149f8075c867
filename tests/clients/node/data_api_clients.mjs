// Three clients of the RDS Data API, each with its own table: typed values, a transaction, an error.
import { ExecuteStatementCommand, RDSDataClient } from "@aws-sdk/client-rds-data";
import aws from "aws-sdk";
import dataApiClient from "data-api-client";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/aws-data-api/pg";

const { DATA_API_URL: endpoint, CLUSTER_ARN: resourceArn, SECRET_ARN: secretArn, DATABASE: database } = process.env;
const region = "us-east-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const client = new RDSDataClient({ endpoint, region, credentials });
const TABLE = "(id integer PRIMARY KEY, amount numeric, at timestamptz, tags text[], document jsonb)";

async function sdk() {
  const run = (statement, parameters) =>
    client.send(new ExecuteStatementCommand({ resourceArn, secretArn, database, sql: statement, parameters }));
  await run(`CREATE TABLE of_sdk ${TABLE}`);
  await run("INSERT INTO of_sdk (id, amount) VALUES (:id, :amount)", [
    { name: "id", value: { longValue: 1 } },
    { name: "amount", value: { stringValue: "12.50" }, typeHint: "DECIMAL" },
  ]);
  const { records } = await run("SELECT id, amount, at FROM of_sdk");
  const error = await run("SELECT nothing").catch((error) => error.name);
  return { record: records[0], error };
}

async function ofDrizzle() {
  const db = drizzle(client, { database, resourceArn, secretArn });
  await db.execute(sql.raw(`CREATE TABLE of_drizzle ${TABLE}`));
  await db.transaction(async (tx) => {
    await tx.execute(sql`INSERT INTO of_drizzle (id, document) VALUES (${1}, ${JSON.stringify({ a: 1 })}::jsonb)`);
  });
  const undone = await db
    .transaction(async (tx) => {
      await tx.execute(sql`INSERT INTO of_drizzle (id) VALUES (${2})`);
      tx.rollback();
    })
    .catch(() => "rolled back");
  const { rows } = await db.execute(sql`SELECT id, document FROM of_drizzle`);
  return { rows, undone };
}

async function ofDataApiClient() {
  const data = dataApiClient({
    AWS: aws, engine: "pg", resourceArn, secretArn, database,
    options: { endpoint, region, credentials: new aws.Credentials("local", "local"), sslEnabled: false },
  });
  await data.query(`CREATE TABLE of_client ${TABLE}`);
  const inserted = await data.query("INSERT INTO of_client (id, amount) VALUES (:id, 1.5)", { id: 7 });
  await data.transaction()
    .query("INSERT INTO of_client (id) VALUES (:id)", { id: 8 })
    .commit();
  const { records } = await data.query("SELECT id, amount FROM of_client ORDER BY id");
  return { inserted: inserted.numberOfRecordsUpdated, records };
}

console.log(JSON.stringify({ sdk: await sdk(), drizzle: await ofDrizzle(), client: await ofDataApiClient() }));

// The main journey, told by openapi-fetch with the types that openapi-typescript made from our document.
// The types do half of the checking: a field that is missing or misspelt does not compile.
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../out/schema.js";

declare const process: { env: Record<string, string | undefined>; exitCode?: number };

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const baseUrl = environment("DONDOC_URL");
const password = environment("DONDOC_PASSWORD");

/** The data of an answer, or a loud stop that shows what came instead. */
const expect = <T>(status: number, answer: { data?: T; error?: unknown; response: Response }): T => {
  if (answer.response.status !== status || answer.data === undefined) {
    throw new Error(`expected ${status}, got ${answer.response.status}: ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
};

/** A client that carries the token of `login`. */
const signedIn = async (login: string): Promise<Client<paths>> => {
  const anyone = createClient<paths>({ baseUrl });
  const session = expect(
    201,
    await anyone.POST("/v1/sessions", { body: { login, password, device_name: "typescript" } }),
  );
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${session.access_token}` } });
};

/** A UUIDv7: the time first, so that ids sort as they were made. */
const newId = (): string => {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = crypto.randomUUID().slice(15);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random}`;
};

const clerk = await signedIn("van.phong");
const head = await signedIn("truong.thon.1");
const leader = await signedIn("thuong.truc");
// The steps from here on need the paths of the document:
//   clerk  puts a directive, puts a task for the class of villages, issues it
//   head   lists assignments, finds the one of this directive, reports it complete
//   leader reviews: accept
//   clerk  reads the overdue report: the assignment is not in it
throw new Error(`the journey is not written yet: ${[clerk, head, leader].length} ${newId()}`);

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
    200,
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

/** A loud stop when two things differ that should not. */
const same = (left: unknown, right: unknown, what: string): void => {
  if (left !== right) throw new Error(`${what}: ${JSON.stringify(left)}, and not ${JSON.stringify(right)}`);
};

/** Who is late with the work of one directive. */
const overdue = async (client: Client<paths>, directive?: string) =>
  expect(
    200,
    await client.GET("/v1/overdue", { params: { query: { limit: 100, ...(directive && { directive }) } } }),
  );

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

const clerk = await signedIn("van.phong");
const head = await signedIn("truong.thon.1");
const leader = await signedIn("thuong.truc");

// The server's day, not the clock of the machine that runs this.
const today = (await overdue(clerk)).as_of;
const [directive, task, report] = [newId(), newId(), newId()];
expect(
  201,
  await clerk.PUT("/v1/directives/{directive}", {
    params: { path: { directive } },
    body: {
      kind: "ket_luan",
      title: "Kết luận giao ban tuần",
      issuer: "Ban Thường vụ Đảng ủy xã",
      issued_on: today,
    },
  }),
);
expect(
  201,
  await clerk.PUT("/v1/tasks/{task}", {
    params: { path: { task } },
    body: {
      directive,
      content: "Rà soát, báo cáo số hộ chưa có nước sạch",
      kind: "nhiem_vu",
      nature: "one_off",
      position: 1,
      priority: "thuong",
      due: { source: "stated", on: dayBefore(today), text: "hôm qua" },
      assignees: [{ name: "Các thôn", class: "thon", basis: "explicit", role: "chu_tri" }],
    },
  }),
);
const preview = expect(
  200,
  await clerk.POST("/v1/directives/{directive}/issue-preview", { params: { path: { directive } } }),
);
const seen = expect(200, await clerk.GET("/v1/directives/{directive}", { params: { path: { directive } } }));
expect(
  200,
  await clerk.PUT("/v1/directives/{directive}/issue", {
    params: { path: { directive } },
    body: { version: seen.version },
  }),
);
const late = await overdue(clerk, directive);
same(late.items.length, preview.assignments, "assignments overdue after issue");
same(late.items.every((row) => row.days_late === 1), true, "each late by one day");

const mine = expect(200, await head.GET("/v1/assignments", { params: { query: { directive } } }));
same(mine.items.length, 1, "assignments of this directive on the head's phone");
const assignment = mine.items[0]?.id ?? "";
const made_at = mine.items[0]?.assigned_at ?? "";
expect(
  200,
  await head.PUT("/v1/assignments/{assignment}/acknowledgement", {
    params: { path: { assignment } },
    body: { made_at },
  }),
);
const draft = { assignment, completes: true, made_at, words: "Thôn đã rà soát xong, còn 3 hộ." };
const send = async () => head.PUT("/v1/reports/{report}", { params: { path: { report } }, body: draft });
expect(201, await send());
expect(200, await send());

expect(
  200,
  await leader.PUT("/v1/reports/{report}/review", { params: { path: { report } }, body: { verdict: "accept" } }),
);
const done = expect(200, await head.GET("/v1/assignments/{assignment}", { params: { path: { assignment } } }));
same(done.state, "completed", "state after acceptance");
const left = await overdue(clerk, directive);
same(left.items.length, late.items.length - 1, "assignments overdue after acceptance");
same(left.items.some((row) => row.assignment === assignment), false, "the accepted one among them");
console.log(
  `issued to ${preview.assignments} villages, reported by one, accepted, ${left.items.length} still overdue`,
);

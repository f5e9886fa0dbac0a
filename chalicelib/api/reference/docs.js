// Shows openapi.json. Text only ever becomes text nodes, so that nothing in the document can become markup.

const METHODS = ["get", "post", "put", "patch", "delete"];
const DEEPEST = 6;

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

// The little Markdown that descriptions use: paragraphs, **strong**, `code`.
const prose = (text) =>
  text.split(/\n{2,}/).map((paragraph) =>
    make(
      "p",
      {},
      ...paragraph.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part) => {
        if (part.startsWith("**")) return make("strong", {}, part.slice(2, -2));
        if (part.startsWith("`")) return make("code", {}, part.slice(1, -1));
        return part;
      }),
    ),
  );

const resolverOf = (root) => (part) => {
  let found = part;
  while (found?.$ref) {
    const referred = found.$ref.slice(2).split("/").reduce((at, name) => at[name], root);
    const { $ref, ...rest } = found;
    found = { ...referred, ...rest };
  }
  return found;
};

const formsOf = (schema, resolve) => (schema.anyOf ?? schema.oneOf ?? [schema]).map(resolve);

const kindOf = (schema, resolve) =>
  formsOf(resolve(schema), resolve)
    .map((form) => {
      if (form.const !== undefined) return JSON.stringify(form.const);
      if (form.enum) return form.enum.map((value) => JSON.stringify(value)).join(" | ");
      if (form.type === "array") return `${kindOf(form.items ?? {}, resolve)}[]`;
      return form.format ? `${form.type} (${form.format})` : (form.title ?? form.type ?? "any");
    })
    .join(" or ");

/** What can't be seen, by its number. */
const legible = (text) => text.replace(/\p{C}/gu, (each) => `\\u{${each.codePointAt(0).toString(16)}}`);

const LIMITS = {
  minLength: (n) => `at least ${n} characters`,
  maxLength: (n) => `at most ${n} characters`,
  minimum: (n) => `≥ ${n}`,
  maximum: (n) => `≤ ${n}`,
  minItems: (n) => `at least ${n}`,
  maxItems: (n) => `at most ${n}`,
  pattern: (text) => (text === "^[^\\x00]*$" ? null : legible(text)),
};

const limitsOf = (schema, resolve) =>
  formsOf(resolve(schema), resolve)
    .flatMap((form) => Object.entries(LIMITS).map(([name, tell]) => (form[name] === undefined ? null : tell(form[name]))))
    .filter(Boolean)
    .join(", ");

const objectIn = (schema, resolve) => {
  for (const form of formsOf(resolve(schema), resolve)) {
    if (form.properties) return form;
    if (form.type === "array" && form.items) {
      const inner = objectIn(form.items, resolve);
      if (inner) return inner;
    }
  }
  return null;
};

const fields = (schema, resolve, depth = 0) => {
  const object = objectIn(schema, resolve);
  if (!object || depth > DEEPEST) return null;
  const needed = new Set(object.required ?? []);
  return make(
    "ul",
    { class: "fields" },
    ...Object.entries(object.properties).map(([name, part]) =>
      field(name, part, needed.has(name), resolve, depth),
    ),
  );
};

const field = (name, schema, isNeeded, resolve, depth = 0) => {
  const limits = limitsOf(schema, resolve);
  const inner = fields(schema, resolve, depth + 1);
  const described = resolve(schema).description;
  const head = [
    make("code", {}, name),
    " ",
    make("span", { class: "kind" }, kindOf(schema, resolve) + (limits ? `, ${limits}` : "")),
    isNeeded ? make("span", { class: "needed" }, " required") : null,
    described ? make("div", {}, ...prose(described)) : null,
  ];
  return make("li", {}, ...head, inner ? make("details", {}, make("summary", {}, "Its fields"), inner) : null);
};

const example = (schema, resolve, depth = 0) => {
  const form = formsOf(resolve(schema), resolve)[0];
  if (form.examples?.length) return form.examples[0];
  if (form.default !== undefined && form.default !== null) return form.default;
  if (form.const !== undefined) return form.const;
  if (form.enum) return form.enum[0];
  if (form.type === "array") return depth > DEEPEST ? [] : [example(form.items ?? {}, resolve, depth + 1)];
  if (form.properties && depth <= DEEPEST) {
    const needed = new Set(form.required ?? []);
    return Object.fromEntries(
      Object.entries(form.properties)
        .filter(([name]) => needed.has(name))
        .map(([name, part]) => [name, example(part, resolve, depth + 1)]),
    );
  }
  if (form.type === "integer" || form.type === "number") return form.minimum ?? 1;
  if (form.type === "boolean") return false;
  if (form.format === "date") return "2026-11-22";
  if (form.format === "date-time") return "2026-11-22T20:15:00Z";
  return form.type === "null" ? null : "…";
};

const curl = (method, path, operation, base, resolve) => {
  const lines = [`curl -X ${method.toUpperCase()} "${base}${path}"`];
  const ways = operation.security ?? [];
  if (!ways.some((way) => Object.keys(way).length === 0)) {
    const schemes = Object.keys(ways[0] ?? {});
    if (schemes.includes("bearer")) lines.push('-H "Authorization: Bearer $TOKEN"');
    if (schemes.includes("holdToken")) lines.push('-H "Hold-Token: $HOLD"');
  }
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in !== "header" || !parameter.required) continue;
    const value = { "Idempotency-Key": "$(uuidgen)", "If-Match": '\\"1\\"' }[parameter.name] ?? "…";
    lines.push(`-H "${parameter.name}: ${value}"`);
  }
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  if (body) {
    lines.push('-H "Content-Type: application/json"');
    lines.push(`-d '${JSON.stringify(example(body, resolve))}'`);
  }
  return lines.join(" \\\n  ");
};

const answer = (status, given, resolve) => {
  const response = resolve(given);
  const content = Object.entries(response.content ?? {})[0];
  const told = make(
    "span",
    {},
    make("span", { class: `status ${status < 400 ? "get" : ""}` }, status),
    " ",
    ...prose(response.description).flatMap((paragraph) => [...paragraph.childNodes]),
  );
  if (!content) return make("li", {}, told);
  const forms = formsOf(content[1].schema, resolve);
  const shapes = forms.map((form) => fields(form, resolve)).filter(Boolean);
  if (shapes.length === 0) return make("li", {}, told, " ", make("span", { class: "kind" }, content[0]));
  return make("li", {}, make("details", {}, make("summary", {}, told), ...shapes));
};

const section = (title, ...children) => [make("h4", {}, title), ...children];

const articleOf = (method, path, operation, base, resolve) => {
  const parameters = operation.parameters ?? [];
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const parts = [
    make(
      "h3",
      {},
      make("span", { class: `method ${method}` }, method.toUpperCase()),
      make("code", {}, path),
    ),
    make("p", {}, operation.summary),
    ...(operation.description ? prose(operation.description) : []),
  ];
  if (parameters.length) {
    const items = parameters.map((each) => {
      const item = field(each.name, each.schema, each.required, resolve);
      item.insertBefore(make("span", { class: "kind" }, `${each.in} `), item.firstChild);
      if (each.description) item.append(make("div", {}, ...prose(each.description)));
      return item;
    });
    parts.push(...section("Parameters", make("ul", { class: "fields" }, ...items)));
  }
  if (body) parts.push(...section("Body", fields(body, resolve) ?? make("p", {}, "A JSON object.")));
  const told = Object.entries(operation.responses);
  const listOf = (pairs) => make("ul", { class: "fields" }, ...pairs.map(([status, each]) => answer(status, each, resolve)));
  const problems = told.filter(([status]) => status >= 400);
  const fold = make("details", {}, make("summary", {}, `Problems: ${problems.map(([status]) => status).join(", ")}`), listOf(problems));
  parts.push(...section("Answers", listOf(told.filter(([status]) => status < 400)), fold));
  const sample = make("pre", { tabindex: "0", role: "region", "aria-label": "Example" }, make("code", {}, curl(method, path, operation, base, resolve)));
  parts.push(...section("Example", sample));
  return make("article", { id: operation.operationId }, ...parts);
};

const show = (description) => {
  const resolve = resolverOf(description);
  const base = new URL(description.servers[0].url, location.href).href.replace(/\/$/, "");
  const main = document.getElementById("main");
  const contents = document.getElementById("contents");
  const entries = [];
  main.append(...prose(description.info.description));
  for (const { name: tag } of description.tags) {
    const list = make("ul");
    const heading = make("h2", {}, tag.replaceAll("-", " "));
    main.append(make("h2", {}, tag.replaceAll("-", " ")));
    contents.append(heading, list);
    for (const [path, item] of Object.entries(description.paths)) {
      for (const method of METHODS) {
        const operation = item[method];
        if (!operation || operation.tags[0] !== tag) continue;
        const link = make(
          "li",
          {},
          make(
            "a",
            { href: `#${operation.operationId}` },
            make("span", { class: `method ${method}` }, method.toUpperCase()),
            make("span", {}, operation.summary.replace(/\.$/, "")),
          ),
        );
        const article = articleOf(method, path, operation, base, resolve);
        list.append(link);
        main.append(article);
        entries.push({ heading, list, link, words: `${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase() });
      }
    }
  }
  document.getElementById("find").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const { link, words } of entries) link.hidden = !words.includes(wanted);
    for (const { heading, list } of entries) heading.hidden = [...list.children].every((each) => each.hidden);
  });
  main.removeAttribute("aria-busy");
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ behavior: "instant" });
};

try {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`openapi.json answered ${response.status}`);
  show(await response.json());
} catch (error) {
  document.getElementById("main").append(make("p", { role: "alert" }, `The description could not be read: ${error.message}`));
}

/**
 * The part of kubectl's JSONPath that components use: texts, `{.a.b[0]['c']}`, `{"\n"}`, `{range .a[*]}…{end}`. What is not
 * there is printed as nothing, lists and maps as JSON.
 * @param {string} template
 * @param {unknown} data
 * @returns {string}
 */
export function jsonpath(template, data) {
  const ranges = template.replace(/\{range ([^}]+)\[\*\]\}([\s\S]*?)\{end\}/g, (_all, path, body) =>
    (value(data, path) ?? []).map((item) => jsonpath(body, item)).join(''),
  )
  return ranges.replace(/\{("(?:[^"\\]|\\.)*"|[^}]*)\}/g, (_all, inner) => {
    if (inner.startsWith('"')) return JSON.parse(inner)
    const found = value(data, inner)
    if (found === undefined || found === null) return ''
    return typeof found === 'object' ? JSON.stringify(found) : String(found)
  })
}

/** @param {unknown} data @param {string} path */
function value(data, path) {
  const parts = [...path.matchAll(/\.((?:[A-Za-z0-9_-]|\\.)+)|\[(\d+)\]/g)]
  if (parts.map(([whole]) => whole).join('') !== path) throw new Error(`the stand-in knows no path like ${path}`)
  return parts.reduce(
    (at, [, key, index]) => at?.[index === undefined ? key.replaceAll('\\', '') : Number(index)],
    data,
  )
}

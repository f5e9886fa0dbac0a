/** Whether the browser is asked to find a text in the page: only what is drawn can be found. */
export function looksForText({ key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): boolean {
  return key === 'F3' || ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'f')
}

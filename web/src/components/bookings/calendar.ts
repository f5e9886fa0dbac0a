/** A calendar entry (RFC 5545) of a visit to the cinema. Instants are in UTC: each calendar shows them in its own zone. */

export interface Visit {
  reference: string
  title: string
  startsAt: string
  endsAt: string
  place: string
  description: string
  url: string
}

export function calendarEntry(visit: Visit, now: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Matinee//Tickets//EN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${visit.reference}@matinee`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(Date.parse(visit.startsAt))}`,
    `DTEND:${utc(Date.parse(visit.endsAt))}`,
    `SUMMARY:${escaped(visit.title)}`,
    `LOCATION:${escaped(visit.place)}`,
    `DESCRIPTION:${escaped(visit.description)}`,
    `URL:${visit.url}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(visit.title)}`,
    'TRIGGER:-PT1H',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map(folded).join('\r\n') + '\r\n'
}

function utc(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
}

/** A line has at most 75 octets; it goes on behind a space. No character is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  let out = ''
  let octets = 0
  for (const character of line) {
    const width = encoder.encode(character).length
    if (octets + width > 75) {
      out += '\r\n '
      octets = 1
    }
    out += character
    octets += width
  }
  return out
}

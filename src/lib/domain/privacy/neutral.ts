/**
 * The name under which a file is handed out: a reference and a count. The name it came with may hold a person's or a
 * street's, so it is shown only where it was given.
 */
export function neutralFileName(reference: string, count: number, extension: string): string {
	const safe = extension.toLowerCase().replace(/[^a-z0-9]/g, '');
	return `${reference.replace(/[^A-Za-z0-9-]/g, '')}-${count}${safe ? `.${safe}` : ''}`;
}

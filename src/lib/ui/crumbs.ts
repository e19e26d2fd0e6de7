/** One station on the way to a page; the last has no `href`. */
export type Crumb = { label: string; href?: string | null };

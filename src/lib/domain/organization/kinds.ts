/** What an organization is, as eligibility asks it. */
export const ORGANIZATION_KINDS = [
	'not_for_profit',
	'charity',
	'indigenous',
	'academic',
	'government',
	'other'
] as const;

export type OrganizationKind = (typeof ORGANIZATION_KINDS)[number];

export function isOrganizationKind(value: unknown): value is OrganizationKind {
	return ORGANIZATION_KINDS.some((kind) => kind === value);
}

/** How a location may be shown. A shelter's site is sealed unless its organization says otherwise. */
export const LOCATION_CLASSES = ['public_mailing', 'service_region', 'sealed_site'] as const;

export type LocationClass = (typeof LOCATION_CLASSES)[number];

/** True when the text of such a location may appear on a page, in a list or in an export. */
export function mayBeShown(locationClass: LocationClass): boolean {
	return locationClass !== 'sealed_site';
}

import type { Province } from './province.ts';

/** A zone for each province and territory by its largest city: in which an organization reads its times. */
const ZONES: Record<Province, string> = {
	AB: 'America/Edmonton',
	BC: 'America/Vancouver',
	MB: 'America/Winnipeg',
	NB: 'America/Moncton',
	NL: 'America/St_Johns',
	NS: 'America/Halifax',
	NT: 'America/Yellowknife',
	NU: 'America/Iqaluit',
	ON: 'America/Toronto',
	PE: 'America/Halifax',
	QC: 'America/Toronto',
	SK: 'America/Regina',
	YT: 'America/Whitehorse'
};

/** Where clocks are read when times are shown to this organization. */
export function zoneOfProvince(province: string): string {
	return Object.hasOwn(ZONES, province) ? ZONES[province as Province] : ZONES.ON;
}

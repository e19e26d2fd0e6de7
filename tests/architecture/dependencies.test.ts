import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

type Lock = { packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }> };
const read = <T>(name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as T;
const lock = read<Lock>('package-lock.json');
const { floors, same } = read<{ floors: Record<string, { version: string; why: string }>; same: string[][] }>(
	'scripts/floors.json'
);

const parts = (version: string) => version.split('-')[0]!.split('.').map(Number);
function below(version: string, floor: string): boolean {
	const [a, b] = [parts(version), parts(floor)];
	for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0);
	return false;
}
const installed = (name: string) =>
	Object.entries(lock.packages)
		.filter(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`))
		.map(([, entry]) => entry.version!);

describe('what we depend on', () => {
	test.each(Object.entries(floors))('%s stays at or above its floor', (name, { version: floor }) => {
		const versions = installed(name);
		expect(versions.length, `${name} is in the lockfile`).toBeGreaterThan(0);
		expect(versions.filter((version) => below(version, floor))).toEqual([]);
	});

	test.each(same)('%s and its companions are one version', (...names) => {
		expect(new Set(names.flatMap(installed)).size).toBe(1);
	});

	test('every package is pinned by its content and names no registry', () => {
		const loose = Object.entries(lock.packages).filter(([path, entry]) => path && !entry.link && !entry.integrity);
		const addressed = Object.entries(lock.packages).filter(
			([, entry]) => entry.resolved && /^https?:/.test(entry.resolved)
		);
		expect(loose.map(([path]) => path)).toEqual([]);
		expect(addressed.map(([path]) => path)).toEqual([]);
	});

	test('a version below its floor is noticed', () => {
		expect(below('5.9.3', '5.9.4')).toBe(true);
		expect(below('5.10.0', '5.9.4')).toBe(false);
	});
});

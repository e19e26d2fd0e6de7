import { isSignedBy, readAnchor, type Anchor } from '#lib/server/audit/anchor.ts';
import { verifyTrail, type TrailFault } from '#lib/server/audit/verify.ts';
import { systemMoment } from '#lib/server/clock.ts';
import { loadConfig } from '#lib/server/config.ts';
import { keyRing } from '#lib/server/crypto/installation.ts';
import { anchorKeys } from '#lib/server/crypto/key-ring.ts';
import { OperatorError } from '#lib/server/operator-error.ts';

export const name = 'audit verify';
export const summary = '[--anchor FILE] [--json]: recompute the whole trail and name the first broken row';

/** Exit code 0 when the trail and the anchor agree, 1 when they do not. */
export async function run(args: string[]): Promise<number> {
	const anchors = await anchorsOf(args);
	const { databaseAppUrl, databaseRole } = loadConfig();
	const now = systemMoment().now.getTime();
	const report = await verifyTrail({ url: databaseAppUrl, role: databaseRole, now, anchors });
	const [first] = report.faults;
	if (args.includes('--json')) console.log(JSON.stringify({ verified: first === undefined, ...report }, null, '\t'));
	else {
		console.log(`${report.seals} seals, ${report.sealedEvents} sealed events.`);
		if (report.head) console.log(`Head: seal ${report.head.sealNumber}, ${report.head.headHash}`);
		if (report.unsealedEvents > 0) {
			console.log(`Not sealed yet: ${report.unsealedEvents} events, the oldest of ${report.oldestUnsealedAt}.`);
		}
		if (first) console.log(`The trail is broken. First: ${describe(first)}. ${report.faults.length} faults in all.`);
		else if (anchors.length > 0)
			console.log('The trail verifies and passes through the anchor: no change since it was signed.');
		else console.log('The trail verifies. Without --anchor FILE this does not show that its end was not cut off.');
	}
	return first ? 1 : 0;
}

async function anchorsOf(args: string[]): Promise<Anchor[]> {
	const anchors: Anchor[] = [];
	for (const [index, word] of args.entries()) {
		if (word !== '--anchor') continue;
		const file = args[index + 1];
		if (file === undefined) throw new OperatorError('Name the file of the anchor: hearth audit verify --anchor FILE');
		const anchor = await readAnchor(file).catch((error: Error) => {
			throw new OperatorError(error.message);
		});
		if (!isSignedBy(anchor, anchorKeys(keyRing()).publicKey)) {
			throw new OperatorError(`${file} was not signed by this installation's anchor key, or was changed since.`);
		}
		anchors.push(anchor);
	}
	return anchors;
}

function describe({ fault, sealNumber, eventId }: TrailFault): string {
	const place = [eventId === undefined ? [] : `event ${eventId}`, sealNumber === undefined ? [] : `seal ${sealNumber}`];
	return `${fault.replaceAll('_', ' ')} (${place.flat().join(', ')})`;
}

import { PREFER_NOT } from '#lib/domain/form/unanswered.ts';
import { cad } from '#lib/domain/money/money.ts';

/*
 * What the applicants of the demonstration wrote. Organizations, people and amounts are fictional. Amounts are in cents;
 * `year` 0 is the first fiscal year of the opportunity, 1 the second.
 */

export type WrittenLine = {
	year: 0 | 1;
	description: string;
	costCategory:
		| 'salaries'
		| 'honoraria'
		| 'travel'
		| 'materials'
		| 'publicity'
		| 'translation'
		| 'evaluation'
		| 'rent'
		| 'equipment'
		| 'administration'
		| 'other';
	costType: 'direct' | 'administrative';
	cost: ReturnType<typeof cad>;
	requested: ReturnType<typeof cad>;
};

export type WrittenApplication = {
	locale: 'en' | 'fr';
	organization: {
		legalName: string;
		province: 'ON' | 'QC' | 'BC' | 'NS';
		mandate: string;
		/** The number on file that the program office calls. */
		telephone: string;
	};
	owner: string;
	sections: Record<string, Record<string, string[]>>;
	lines: WrittenLine[];
};

const DECLARATIONS = {
	declaration_true: ['accepted'],
	declaration_languages: ['accepted'],
	declaration_lobbying: ['accepted']
};

function line(
	year: 0 | 1,
	costCategory: WrittenLine['costCategory'],
	description: string,
	costMinor: bigint,
	requestedMinor: bigint
): WrittenLine {
	const costType = costCategory === 'administration' ? 'administrative' : 'direct';
	return { year, description, costCategory, costType, cost: cad(costMinor), requested: cad(requestedMinor) };
}

/** Awarded; its first instalment was paid. */
export const LANTERN: WrittenApplication = {
	locale: 'en',
	organization: {
		legalName: 'Lakeshore Lantern Society',
		province: 'ON',
		mandate: 'We help people who work far from home know their rights.',
		telephone: '1-416-555-0164'
	},
	owner: 'Wren Abernathy',
	sections: {
		campaign: {
			title: ['The bus home'],
			summary: [
				'Seasonal workers ride our buses every Sunday night. Drivers, cooks and two people who once worked on these farms made a card in four languages with them: what a permit does not allow an employer to do, and a number that answers. We want to be on every bus for two seasons.'
			],
			trafficking_forms: ['LAB', 'CLB', 'DOM']
		},
		people: {
			audience: ['migrant_workers', 'frontline'],
			people_reached: ['2400'],
			reach: ['regional'],
			remote: ['no'],
			region: ['The north shore of the lake'],
			campaign_languages: ['English, Spanish, Tagalog']
		},
		plan: {
			channels: [
				'Drivers hand out the card with the tickets. Cooks talk at supper. A text message repeats it on pay day, because that is when people ask.'
			],
			evaluation: [
				'Calls that mention the card, drivers who ask for more of them, and what eight workers tell us at the end of each season.'
			]
		},
		care: {
			lived_experience: ['yes'],
			survivor_part: [
				'Two advisers decide what the card says and may stop a print run. They are paid by the hour, interpretation and child care included.'
			],
			safeguards: [
				'Nobody is asked for a name. Whoever answers the number is trained, pays attention to consent and knows where to send people. Our team meets every second week with a counsellor.'
			]
		},
		budget: { other_government_funding: ['0'] },
		declarations: DECLARATIONS
	},
	lines: [
		line(0, 'salaries', 'Coordinator, half time', 2_800_000n, 2_600_000n),
		line(0, 'honoraria', 'Two advisers with lived experience', 960_000n, 960_000n),
		line(0, 'translation', 'Card and messages in four languages', 640_000n, 640_000n),
		line(0, 'publicity', 'Printing, text messages', 780_000n, 700_000n),
		line(0, 'administration', 'Bookkeeping', 400_000n, 350_000n),
		line(1, 'salaries', 'Coordinator, half time', 2_800_000n, 2_600_000n),
		line(1, 'honoraria', 'Two advisers with lived experience', 960_000n, 960_000n),
		line(1, 'evaluation', 'What changed, told by workers', 450_000n, 450_000n)
	]
};

/** Awarded; its agreement waits for a signature. */
export const TIDES: WrittenApplication = {
	locale: 'fr',
	organization: {
		legalName: 'Halte des Marées',
		province: 'QC',
		mandate: 'Nous accompagnons les jeunes qui quittent la protection de la jeunesse.',
		telephone: '1-418-555-0119'
	},
	owner: 'Solène Archambault-Roy',
	sections: {
		campaign: {
			title: ['Qui t’attend à la gare?'],
			summary: [
				'Des jeunes qui quittent la protection arrivent seuls en ville. Avec six d’entre eux, nous avons écrit des messages qui se lisent sur un téléphone et des scènes de deux minutes jouées dans les gares et les auberges. Ils disent ce qu’une promesse trop belle cache, et vers qui se tourner le soir même.'
			],
			trafficking_forms: ['SEX', 'CHD', 'CRI']
		},
		people: {
			audience: ['youth', 'frontline'],
			people_reached: ['1800'],
			reach: ['local'],
			remote: ['no'],
			region: ['Le long du fleuve, de Rimouski à Matane'],
			campaign_languages: ['Français, innu-aimun']
		},
		plan: {
			channels: [
				'Les jeunes jouent dans les gares et les auberges. Le personnel de nuit reçoit une heure de formation. Un texto part chaque vendredi.'
			],
			evaluation: [
				'Les messages reçus, les auberges qui redemandent la formation, et une rencontre de bilan avec les jeunes chaque saison.'
			]
		},
		care: {
			lived_experience: [PREFER_NOT],
			survivor_part: [
				'Trois jeunes siègent au comité qui décide des scènes. Ils sont payés, et peuvent prendre du recul sans donner de raison.'
			],
			safeguards: [
				'Personne ne raconte sa propre histoire. Une intervenante est présente à chaque scène; elle sait vers qui diriger les gens et respecte leur choix.'
			]
		},
		budget: { other_government_funding: ['0'] },
		declarations: DECLARATIONS
	},
	lines: [
		line(0, 'salaries', 'Coordination, deux jours par semaine', 1_900_000n, 1_800_000n),
		line(0, 'honoraria', 'Cachets des jeunes', 720_000n, 720_000n),
		line(0, 'travel', 'Train et hébergement', 380_000n, 380_000n),
		line(0, 'administration', 'Tenue de livres', 250_000n, 230_000n),
		line(1, 'salaries', 'Coordination, deux jours par semaine', 1_900_000n, 1_800_000n),
		line(1, 'evaluation', 'Bilan avec les jeunes', 300_000n, 300_000n)
	]
};

/** Not funded this time. */
export const ORCHARD: WrittenApplication = {
	locale: 'en',
	organization: {
		legalName: 'Orchard Street Neighbours',
		province: 'BC',
		mandate: 'We run a community kitchen and a tool library.',
		telephone: '1-604-555-0152'
	},
	owner: 'Bettina Grouse',
	sections: {
		campaign: {
			title: ['Know the signs'],
			summary: ['Posters in shop windows and an evening in the library about the signs of human trafficking.'],
			trafficking_forms: ['SEX']
		},
		people: {
			audience: ['families'],
			people_reached: ['5000'],
			reach: ['local'],
			remote: ['no'],
			region: ['Our end of the valley'],
			campaign_languages: ['English']
		},
		plan: { channels: ['Posters and one evening.'], evaluation: ['We will count posters.'] },
		care: {
			lived_experience: ['no'],
			survivor_part: ['We have not planned this yet.'],
			safeguards: ['We will put the hotline on the poster.']
		},
		budget: { other_government_funding: ['0'] },
		declarations: DECLARATIONS
	},
	lines: [
		line(0, 'publicity', 'Posters', 900_000n, 900_000n),
		line(0, 'rent', 'Library room', 60_000n, 60_000n),
		line(0, 'administration', 'Bookkeeping', 90_000n, 90_000n)
	]
};

/** In the opportunity that is open: screened and under review. */
export const NIGHTSHIFT: WrittenApplication = {
	locale: 'en',
	organization: {
		legalName: 'Harbour Night Kitchen',
		province: 'NS',
		mandate: 'We feed people who work at night and listen to them.',
		telephone: '1-902-555-0137'
	},
	owner: 'Odette Sparling',
	sections: {
		campaign: {
			title: ['Staff entrance'],
			summary: [
				'Cleaners, cooks and night clerks use the staff entrance. That is where we will be: with soup, a card in six languages and three people who know those shifts. Hotels asked us to train the desk as well.'
			],
			trafficking_forms: ['LAB', 'DOM', 'SEX']
		},
		people: {
			audience: ['newcomers', 'migrant_workers', 'frontline'],
			people_reached: ['900'],
			reach: ['local'],
			remote: ['no'],
			region: ['Around the harbour'],
			campaign_languages: ['English, French, Punjabi, Arabic, Tagalog']
		},
		plan: {
			channels: [
				'At the staff entrance, at shift change. Training for desk staff in eleven hotels. A number on the back of the time card.'
			],
			evaluation: ['Who comes back, what they ask, and whether desks call before the police do.']
		},
		care: {
			lived_experience: ['planned'],
			survivor_part: ['Three advisers choose where we stand and what we say. They are paid as we are.'],
			safeguards: [
				'No names, no pictures, no forms. Two of us at each door, one of whom only watches that nobody is followed.'
			]
		},
		budget: { other_government_funding: ['0'] },
		declarations: DECLARATIONS
	},
	lines: [
		line(0, 'honoraria', 'Three advisers', 1_080_000n, 1_080_000n),
		line(0, 'materials', 'Soup, cards, lanterns', 340_000n, 300_000n),
		line(0, 'translation', 'Six languages', 420_000n, 420_000n),
		line(1, 'honoraria', 'Three advisers', 1_080_000n, 1_080_000n),
		line(1, 'evaluation', 'A winter of questions', 260_000n, 260_000n),
		line(1, 'administration', 'Bookkeeping', 200_000n, 180_000n)
	]
};

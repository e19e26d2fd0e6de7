/*
 * The awareness program as data: nothing in the code knows it by name.
 *
 * Where the facts come from:
 * - the program, dedicated money for community organizations to make and widen their own awareness campaigns, and the
 *   list of trafficking forms, labour trafficking included: the open letter of the Canadian Centre to End Human
 *   Trafficking on the next National Strategy;
 * - limits by reach and a quarter more for northern or remote communities: the pattern of the federal human trafficking
 *   call of 2020 (local, regional or provincial, pan-Canadian; +25 %). The amounts here are the demonstration's own;
 * - two kinds of cost, direct and administrative, and the categories: federal project budgets of the same years. The
 *   15 % limit on administration is this demonstration's;
 * - total government funding of at most 100 % of eligible costs: the usual limit for not-for-profit recipients;
 * - no incorporation number is asked here, no survivor is ever asked to choose one form, and no story is asked of anyone:
 *   trauma-informed practice.
 * Names, amounts and dates are fictional.
 */
import type { Bilingual } from '#lib/domain/bilingual.ts';
import type { Choice, FormDefinition } from '#lib/domain/form/definition.ts';
import type { OpportunityContent } from '#lib/domain/opportunity/content.ts';

export const DEMONSTRATION_STRATEGY = {
	code: 'NSCHT-2026',
	title: {
		en: 'National Strategy to Combat Human Trafficking, 2026-2031 (demonstration)',
		fr: 'Stratégie nationale de lutte contre la traite des personnes, 2026-2031 (démonstration)'
	},
	startsOn: '2026-04-01',
	endsOn: '2031-03-31'
};

export const AWARENESS_PROGRAM = {
	code: 'awareness',
	name: {
		en: 'Community awareness campaigns',
		fr: 'Campagnes de sensibilisation communautaires'
	},
	purpose: {
		en: 'Helps community organizations make and widen their own campaigns, so that people recognize human trafficking in all its forms and know where to turn.',
		fr: 'Aide les organismes communautaires à créer et à élargir leurs propres campagnes, pour que chacun reconnaisse la traite des personnes sous toutes ses formes et sache vers qui se tourner.'
	},
	instrument: 'contribution',
	method: 'competitive',
	/** The shelters are the federal program; the three others are run by a delivery partner. */
	funderKind: 'delivery_partner',
	zone: 'America/Toronto',
	stackingLimitBasisPoints: 10_000,
	administrationLimitBasisPoints: 1_500
} as const;

const REVIEWERS_AND_STAFF: Bilingual = {
	en: 'Reviewers and program staff see this.',
	fr: 'Les personnes qui évaluent et le personnel du programme voient ceci.'
};

const STAFF_ONLY: Bilingual = {
	en: 'Seen by program staff only. Reviewers do not see this answer.',
	fr: 'Seul le personnel du programme voit ceci. Les personnes qui évaluent ne voient pas cette réponse.'
};

/** Every form of trafficking named, labour trafficking included, under the codes of the strategy's list. */
const FORMS_OF_TRAFFICKING: Choice[] = [
	{
		key: 'SEX',
		label: { en: 'Sexual exploitation', fr: 'Exploitation sexuelle' }
	},
	{
		key: 'LAB',
		label: {
			en: 'Labour trafficking',
			fr: 'Traite à des fins d’exploitation par le travail'
		}
	},
	{
		key: 'CLB',
		label: { en: 'Coerced labour', fr: 'Travail obtenu par la contrainte' }
	},
	{ key: 'CHD', label: { en: 'Child trafficking', fr: 'Traite d’enfants' } },
	{
		key: 'DOM',
		label: { en: 'Domestic servitude', fr: 'Servitude domestique' }
	},
	{ key: 'MAR', label: { en: 'Forced marriage', fr: 'Mariage forcé' } },
	{
		key: 'CRI',
		label: {
			en: 'Forced or coerced criminal activity',
			fr: 'Activité criminelle forcée ou obtenue par la contrainte'
		}
	},
	{
		key: 'ORG',
		label: {
			en: 'Organ and tissue trafficking',
			fr: 'Trafic d’organes et de tissus'
		}
	},
	{
		key: 'OTH',
		label: {
			en: 'Other criminal exploitation',
			fr: 'Autre exploitation criminelle'
		}
	}
];

/** The form of the awareness program, first version: data that the form engine draws, checks and freezes. */
export const AWARENESS_FORM: FormDefinition = {
	key: 'awareness-application',
	version: 1,
	title: {
		en: 'Application for an awareness campaign',
		fr: 'Demande pour une campagne de sensibilisation'
	},
	privacyNotice: {
		en: 'We ask only what is needed to decide on funding and to follow the money. Program staff read your application; reviewers read it without your organization’s name. Nothing is deleted by itself: what you send is kept, with what was decided about it, until the program sets how long it keeps such records and deletes them by that rule. You can ask what we hold, have it corrected, and complain to the privacy commissioner. Please write no name of a person you help, and no address where people sleep.',
		fr: 'Nous demandons seulement ce qu’il faut pour décider du financement et suivre l’argent. Le personnel du programme lit votre demande; les personnes qui évaluent la lisent sans le nom de votre organisme. Rien n’est supprimé automatiquement : ce que vous envoyez est conservé, avec ce qui a été décidé, jusqu’à ce que le programme fixe la durée de conservation de ces documents et les supprime selon cette règle. Vous pouvez demander ce que nous conservons, le faire corriger et porter plainte au commissariat à la protection de la vie privée. N’écrivez ni le nom d’une personne que vous aidez, ni l’adresse d’un lieu où des gens dorment.'
	},
	sections: [
		{
			key: 'campaign',
			title: { en: 'Your campaign', fr: 'Votre campagne' },
			introduction: {
				en: 'Its name, what it is, and the forms of trafficking it speaks about. About twenty minutes.',
				fr: 'Son nom, ce qu’elle est et les formes de traite dont elle parle. Environ vingt minutes.'
			},
			questions: [
				{
					key: 'title',
					type: 'short_text',
					required: true,
					limits: { maxCharacters: 120 },
					label: {
						en: 'What is your campaign called?',
						fr: 'Comment s’appelle votre campagne?'
					},
					help: {
						en: 'A few words. If it is funded this name may be published, so name no person and no place that should stay unknown.',
						fr: 'Quelques mots. Si elle est financée, ce nom pourra être publié : ne nommez ni personne ni lieu qui doit rester inconnu.'
					},
					why: {
						en: 'So that you, we and the reviewers call it by the same name.',
						fr: 'Pour que vous, nous et les personnes qui évaluent l’appelions du même nom.'
					},
					whoSees: REVIEWERS_AND_STAFF
				},
				{
					key: 'summary',
					type: 'long_text',
					required: true,
					limits: { maxWords: 250 },
					label: {
						en: 'What will you do, and why here?',
						fr: 'Que ferez-vous, et pourquoi ici?'
					},
					help: {
						en: 'Tell it the way you would tell a neighbour. No story of a person is needed, and none helps your score.',
						fr: 'Racontez-le comme vous le diriez à une voisine. Aucun récit d’une personne n’est nécessaire, et aucun n’améliore votre note.'
					},
					why: {
						en: 'It is the first thing everyone reads. Plain words serve you best.',
						fr: 'C’est la première chose que tout le monde lit. Les mots simples vous servent le mieux.'
					},
					whoSees: REVIEWERS_AND_STAFF,
					example: {
						en: 'Seasonal workers in our valley are told that their permit ties them to one employer. They meet on Saturday nights; we will be there with tea, a card in four languages, and two people who once worked on those farms.',
						fr: 'Dans notre vallée, on dit aux travailleuses et travailleurs saisonniers que leur permis les lie à un seul employeur. Ils se retrouvent le samedi soir; nous y serons avec du thé, une carte en quatre langues et deux personnes qui ont déjà travaillé dans ces fermes.'
					}
				},
				{
					key: 'trafficking_forms',
					type: 'multiple_choice',
					required: true,
					choices: FORMS_OF_TRAFFICKING,
					label: {
						en: 'Which forms of trafficking will it help people recognize?',
						fr: 'Quelles formes de traite aidera-t-elle à reconnaître?'
					},
					help: {
						en: 'Choose all that fit.',
						fr: 'Choisissez toutes celles qui conviennent.'
					},
					why: {
						en: 'So that no form is forgotten. Labour trafficking gets fewer campaigns than it should, and we look at the balance across the country. More boxes do not score higher.',
						fr: 'Pour qu’aucune forme ne soit oubliée. L’exploitation par le travail fait l’objet de moins de campagnes qu’il ne faudrait, et nous veillons à l’équilibre d’un bout à l’autre du pays. Cocher plus de cases n’améliore pas la note.'
					},
					whoSees: REVIEWERS_AND_STAFF
				}
			]
		},
		{
			key: 'people',
			title: { en: 'People and places', fr: 'Personnes et lieux' },
			introduction: {
				en: 'Who it is for and how far it reaches. A region is enough; a street is never asked.',
				fr: 'À qui elle s’adresse et jusqu’où elle va. Une région suffit; une rue n’est jamais demandée.'
			},
			questions: [
				{
					key: 'audience',
					type: 'multiple_choice',
					required: true,
					choices: [
						{
							key: 'migrant_workers',
							label: {
								en: 'Migrant and seasonal workers',
								fr: 'Travailleuses et travailleurs migrants ou saisonniers'
							}
						},
						{
							key: 'newcomers',
							label: {
								en: 'Newcomers and international students',
								fr: 'Personnes nouvellement arrivées et étudiants internationaux'
							}
						},
						{
							key: 'youth',
							label: {
								en: 'Young people, in care or leaving it included',
								fr: 'Jeunes, y compris en protection ou qui en sortent'
							}
						},
						{
							key: 'indigenous',
							label: {
								en: 'First Nations, Inuit or Métis communities',
								fr: 'Communautés des Premières Nations, inuites ou métisses'
							}
						},
						{
							key: 'sex_work',
							label: {
								en: 'People in sex work',
								fr: 'Personnes dans le travail du sexe'
							}
						},
						{
							key: 'families',
							label: {
								en: 'Families and neighbours',
								fr: 'Familles et voisinage'
							}
						},
						{
							key: 'frontline',
							label: {
								en: 'Employers, landlords and front-desk staff',
								fr: 'Employeurs, propriétaires de logements et personnel d’accueil'
							}
						},
						{
							key: 'someone_else',
							label: { en: 'Someone else', fr: 'D’autres personnes' },
							help: {
								en: 'You can say who in your own words elsewhere',
								fr: 'Vous pouvez dire qui, dans vos mots, ailleurs'
							}
						}
					],
					label: {
						en: 'Who is this campaign mostly for?',
						fr: 'À qui s’adresse surtout cette campagne?'
					},
					help: {
						en: 'Choose all that fit.',
						fr: 'Choisissez tout ce qui convient.'
					},
					why: {
						en: 'To see who is reached across the country, and who is not.',
						fr: 'Pour voir qui est rejoint d’un bout à l’autre du pays, et qui ne l’est pas.'
					},
					whoSees: REVIEWERS_AND_STAFF
				},
				{
					key: 'people_reached',
					type: 'number',
					required: true,
					minimum: 1,
					maximum: 50_000_000,
					label: {
						en: 'About how many people do you expect to reach?',
						fr: 'Environ combien de personnes pensez-vous rejoindre?'
					},
					help: {
						en: 'Your best guess, as a number. Small is fine.',
						fr: 'Votre meilleure estimation, en chiffres. Un petit nombre convient très bien.'
					},
					why: {
						en: 'To read you beside others of your size. A larger number does not score higher.',
						fr: 'Pour vous lire à côté d’autres de votre taille. Un plus grand nombre n’améliore pas la note.'
					},
					whoSees: REVIEWERS_AND_STAFF
				},
				{
					key: 'reach',
					type: 'single_choice',
					required: true,
					choices: [
						{
							key: 'local',
							label: {
								en: 'One community or city',
								fr: 'Une communauté ou une ville'
							}
						},
						{
							key: 'regional',
							label: {
								en: 'A region or province',
								fr: 'Une région ou une province'
							}
						},
						{
							key: 'national',
							label: {
								en: 'Several provinces or the country',
								fr: 'Plusieurs provinces ou tout le pays'
							}
						}
					],
					label: { en: 'How far does it reach?', fr: 'Jusqu’où va-t-elle?' },
					why: {
						en: 'The most you can ask for depends on it. Your budget page shows the limit.',
						fr: 'Le montant maximal que vous pouvez demander en dépend. La page du budget indique la limite.'
					},
					whoSees: REVIEWERS_AND_STAFF
				},
				{
					key: 'remote',
					type: 'yes_no',
					required: true,
					label: {
						en: 'Is it mostly for northern or remote communities?',
						fr: 'S’adresse-t-elle surtout à des communautés nordiques ou éloignées?'
					},
					help: {
						en: 'Places without a year-round road, or several hours from services.',
						fr: 'Des lieux sans route ouverte toute l’année, ou à plusieurs heures des services.'
					},
					why: {
						en: 'Distance costs money, so you may ask for a quarter more.',
						fr: 'La distance coûte cher : vous pouvez demander un quart de plus.'
					},
					whoSees: REVIEWERS_AND_STAFF
				},
				{
					key: 'region',
					type: 'short_text',
					required: true,
					limits: { maxCharacters: 160 },
					label: {
						en: 'Where do people live who will see it?',
						fr: 'Où vivent les gens qui la verront?'
					},
					help: {
						en: 'A region, never a street. This can be published.',
						fr: 'Une région, jamais une rue. Ceci peut être publié.'
					},
					why: {
						en: 'To see which parts of the country are served. A region is enough for that.',
						fr: 'Pour voir quelles parties du pays sont desservies. Une région suffit.'
					},
					whoSees: REVIEWERS_AND_STAFF,
					example: {
						en: 'Annapolis Valley, Nova Scotia',
						fr: 'Vallée de l’Annapolis, en Nouvelle-Écosse'
					}
				},
				{
					key: 'campaign_languages',
					type: 'short_text',
					required: true,
					limits: { maxCharacters: 200 },
					label: {
						en: 'In which languages will you speak with people?',
						fr: 'Dans quelles langues parlerez-vous aux gens?'
					},
					help: {
						en: 'Name them as the people who speak them do.',
						fr: 'Nommez-les comme le font les personnes qui les parlent.'
					},
					why: {
						en: 'People recognize danger first in the language they think in. It also helps us find reviewers who understand it.',
						fr: 'On reconnaît d’abord le danger dans la langue où l’on pense. Cela nous aide aussi à trouver des personnes qui la comprennent pour évaluer.'
					},
					whoSees: REVIEWERS_AND_STAFF,
					example: {
						en: 'English, Spanish, Tagalog, ᓀᐦᐃᔭᐍᐏᐣ (Cree)',
						fr: 'Français, espagnol, tagalog, ᓀᐦᐃᔭᐍᐏᐣ (cri)'
					}
				}
			]
		},
		{
			key: 'plan',
			title: { en: 'How it works', fr: 'Comment elle fonctionne' },
			questions: [
				{
					key: 'channels',
					type: 'long_text',
					required: true,
					limits: { maxWords: 300 },
					label: {
						en: 'How will they hear about it, and from whom?',
						fr: 'Comment en entendront-ils parler, et de qui?'
					},
					help: {
						en: 'Posters and radio spots count. So do kitchen-table talks, translated text messages and training for hotel night staff.',
						fr: 'Les affiches et les messages à la radio comptent. Les conversations autour d’une table, les textos traduits et la formation du personnel de nuit des hôtels aussi.'
					},
					why: {
						en: 'A message is heard from a trusted voice. Reviewers look for the way you get to people, not for its price.',
						fr: 'On écoute une voix en qui l’on a confiance. Les personnes qui évaluent regardent comment vous rejoignez les gens, pas ce que cela coûte.'
					},
					whoSees: REVIEWERS_AND_STAFF,
					example: {
						en: 'Our drivers already visit every camp. They will hand out the card with the pay slips.',
						fr: 'Nos chauffeurs visitent déjà chaque campement. Ils remettront la carte avec les bulletins de paie.'
					}
				},
				{
					key: 'evaluation',
					type: 'long_text',
					required: true,
					limits: { maxWords: 200 },
					label: {
						en: 'How will you know that something changed?',
						fr: 'Comment saurez-vous que quelque chose a changé?'
					},
					help: {
						en: 'Two or three signs that fit a project of your size.',
						fr: 'Deux ou trois signes qui conviennent à un projet de votre taille.'
					},
					why: {
						en: 'What you learn helps the next group. Nobody is counted in a way that could expose them.',
						fr: 'Ce que vous apprenez aide le prochain groupe. Personne n’est compté d’une façon qui pourrait l’exposer.'
					},
					whoSees: REVIEWERS_AND_STAFF
				}
			]
		},
		{
			key: 'care',
			title: {
				en: 'Survivors and safety',
				fr: 'Personnes survivantes et sécurité'
			},
			introduction: {
				en: 'You answer for the project, never for a person. “We would rather not say” is an answer like any other and never lowers a score.',
				fr: 'Vous répondez pour le projet, jamais pour une personne. « Nous préférons ne pas répondre » est une réponse comme une autre et n’abaisse jamais une note.'
			},
			questions: [
				{
					key: 'lived_experience',
					type: 'single_choice',
					required: true,
					sensitive: true,
					choices: [
						{ key: 'yes', label: { en: 'Yes', fr: 'Oui' } },
						{
							key: 'planned',
							label: {
								en: 'Not yet, and we have a plan for it',
								fr: 'Pas encore, et nous avons un plan pour cela'
							}
						},
						{ key: 'no', label: { en: 'No', fr: 'Non' } }
					],
					label: {
						en: 'Does anyone who will lead this work bring lived experience of trafficking?',
						fr: 'Parmi les personnes qui dirigeront ce travail, certaines ont-elles une expérience vécue de la traite?'
					},
					help: {
						en: 'No names, please.',
						fr: 'Pas de noms, s’il vous plaît.'
					},
					why: {
						en: 'People who have lived it make better campaigns, and they should be paid for it.',
						fr: 'Les personnes qui l’ont vécue font de meilleures campagnes, et devraient être payées pour cela.'
					},
					whoSees: STAFF_ONLY,
					withheldFromReviewers: true
				},
				{
					key: 'survivor_part',
					type: 'long_text',
					required: true,
					sensitive: true,
					limits: { maxWords: 200 },
					label: {
						en: 'What part do survivors have in deciding, and how are they paid and supported?',
						fr: 'Quelle part les personnes survivantes ont-elles aux décisions, et comment sont-elles payées et soutenues?'
					},
					help: {
						en: 'Say what is possible for them: to decide, to change course, to step back. Tell no one’s story.',
						fr: 'Dites ce qui leur est possible : décider, changer de cap, prendre du recul. Ne racontez l’histoire de personne.'
					},
					why: {
						en: 'Reviewers score how decisions are shared, not what anyone went through.',
						fr: 'Les personnes qui évaluent notent la façon de partager les décisions, non ce que quelqu’un a traversé.'
					},
					whoSees: REVIEWERS_AND_STAFF
				},
				{
					key: 'safeguards',
					type: 'long_text',
					required: true,
					limits: { maxWords: 250 },
					label: {
						en: 'What will you do so that nobody is put at risk, and what happens when someone tells you something?',
						fr: 'Que ferez-vous pour que personne ne soit mis en danger, et que se passe-t-il quand quelqu’un vous confie quelque chose?'
					},
					help: {
						en: 'Consent, privacy, where people are sent for help, and how your own team is cared for.',
						fr: 'Le consentement, la vie privée, vers qui les gens sont dirigés, et comment on prend soin de votre équipe.'
					},
					why: {
						en: 'A campaign that works brings people forward. They should be met with care.',
						fr: 'Une campagne qui porte fruit amène des gens à parler. Il faut les accueillir avec soin.'
					},
					whoSees: REVIEWERS_AND_STAFF
				}
			]
		},
		{
			key: 'budget',
			title: { en: 'Budget', fr: 'Budget' },
			questions: [
				{
					key: 'budget_lines',
					type: 'budget',
					required: true,
					label: {
						en: 'What will it cost, and what do you ask of us?',
						fr: 'Combien cela coûtera-t-il, et que nous demandez-vous?'
					},
					why: {
						en: 'One line for each thing, by fiscal year. Amounts are exact to the cent and add up by themselves.',
						fr: 'Une ligne par chose, par exercice. Les montants sont exacts au cent près et s’additionnent d’eux-mêmes.'
					},
					whoSees: REVIEWERS_AND_STAFF
				},
				{
					key: 'other_government_funding',
					type: 'money',
					required: true,
					label: {
						en: 'How much other government money goes into it?',
						fr: 'Combien d’autres fonds publics y sont consacrés?'
					},
					help: {
						en: 'Federal, provincial, territorial or municipal, promised or asked for. Write 0 if there is none.',
						fr: 'Fonds fédéraux, provinciaux, territoriaux ou municipaux, promis ou demandés. Écrivez 0 s’il n’y en a pas.'
					},
					why: {
						en: 'All government money together may cover at most the whole eligible cost.',
						fr: 'Tous les fonds publics réunis peuvent couvrir au plus l’ensemble des coûts admissibles.'
					},
					whoSees: REVIEWERS_AND_STAFF
				}
			]
		},
		{
			key: 'attachments',
			title: { en: 'Attachment', fr: 'Pièce jointe' },
			questions: [
				{
					key: 'letter_of_support',
					type: 'file',
					required: true,
					accepts: ['application/pdf', 'image/jpeg', 'image/png'],
					maximumCount: 1,
					label: {
						en: 'A letter of support from a person or group you will work with',
						fr: 'Une lettre d’appui d’une personne ou d’un groupe avec qui vous travaillerez'
					},
					help: {
						en: 'One page is enough. A signed letter photographed with a phone is fine. It should not give an address where people sleep.',
						fr: 'Une page suffit. La photo d’une lettre signée, prise avec un téléphone, convient. Elle ne doit pas donner l’adresse d’un lieu où des gens dorment.'
					},
					why: {
						en: 'Somebody close to the people you want to reach believes that this will work.',
						fr: 'Quelqu’un de proche des gens que vous voulez rejoindre croit que cela fonctionnera.'
					},
					whoSees: {
						en: 'Program staff see this. Reviewers do not, since a letterhead names you.',
						fr: 'Le personnel du programme voit ceci. Les personnes qui évaluent ne le voient pas, car un en-tête vous nomme.'
					},
					withheldFromReviewers: true
				}
			]
		},
		{
			key: 'declarations',
			title: { en: 'Declarations', fr: 'Déclarations' },
			introduction: {
				en: 'Three statements that your signatory stands behind when the application is sent.',
				fr: 'Trois énoncés que votre signataire appuie au moment d’envoyer la demande.'
			},
			questions: [
				{
					key: 'declaration_true',
					type: 'declaration',
					required: true,
					label: { en: 'I agree', fr: 'J’accepte' },
					statement: {
						en: 'What we wrote is true to the best of our knowledge, and we will tell you if something important changes.',
						fr: 'Ce que nous avons écrit est vrai, à notre connaissance, et nous vous préviendrons si une chose importante change.'
					},
					why: {
						en: 'A decision about public money rests on it.',
						fr: 'Une décision sur des fonds publics en dépend.'
					},
					whoSees: STAFF_ONLY,
					withheldFromReviewers: true
				},
				{
					key: 'declaration_languages',
					type: 'declaration',
					required: true,
					label: { en: 'I agree', fr: 'J’accepte' },
					statement: {
						en: 'Where the campaign serves people of both official language communities, we will offer it in English and in French.',
						fr: 'Lorsque la campagne s’adresse aux deux communautés de langue officielle, nous l’offrirons en français et en anglais.'
					},
					why: {
						en: 'It becomes a clause of the agreement. Money for translation is an eligible cost.',
						fr: 'Cela devient une clause de l’entente. La traduction est un coût admissible.'
					},
					whoSees: STAFF_ONLY,
					withheldFromReviewers: true
				},
				{
					key: 'declaration_lobbying',
					type: 'declaration',
					required: true,
					label: { en: 'I agree', fr: 'J’accepte' },
					statement: {
						en: 'Nobody is paid a fee that depends on this application being funded, and anyone who lobbied for it is registered as the law requires.',
						fr: 'Personne ne reçoit d’honoraires qui dépendent du financement de cette demande, et toute personne qui a fait du lobbying à son sujet est inscrite comme la loi l’exige.'
					},
					why: {
						en: 'The rules on lobbying apply to all federal funding.',
						fr: 'Les règles sur le lobbying s’appliquent à tout financement fédéral.'
					},
					whoSees: STAFF_ONLY,
					withheldFromReviewers: true
				}
			]
		}
	]
};

/** What an opportunity of the awareness program publishes, and which answers its rules read. */
export const AWARENESS_CONTENT: OpportunityContent = {
	pays: {
		intro: {
			en: 'Campaigns made with the people they are meant for: newcomers, young people, workers far from home, Indigenous communities, people in sex work, families. Posters and radio spots count. So do kitchen-table talks, translated text messages and training for hotel night staff.',
			fr: 'Des campagnes faites avec les gens à qui elles s’adressent : personnes nouvellement arrivées, jeunes, travailleuses et travailleurs loin de chez eux, communautés autochtones, personnes dans le travail du sexe, familles. Les affiches et les messages à la radio comptent. Les conversations autour d’une table, les textos traduits et la formation du personnel de nuit des hôtels aussi.'
		},
		items: [
			{
				en: 'Wages, honoraria for survivors who advise or speak, interpretation and child care',
				fr: 'Les salaires, les honoraires des personnes survivantes qui conseillent ou prennent la parole, l’interprétation et la garde d’enfants'
			},
			{
				en: 'Design, translation, printing, airtime, venues and travel',
				fr: 'La conception, la traduction, l’impression, le temps d’antenne, les salles et les déplacements'
			},
			{
				en: 'An evaluation sized to your project, and up to 15% of what you ask for administration',
				fr: 'Une évaluation à la mesure de votre projet, et jusqu’à 15 % du montant demandé pour l’administration'
			}
		],
		notPaid: {
			en: 'It does not pay for buildings, vehicles, or work already done before the agreement is signed.',
			fr: 'Il ne paie ni bâtiments, ni véhicules, ni travaux déjà faits avant la signature de l’entente.'
		}
	},
	amounts: {
		note: {
			en: 'Over two fiscal years. Northern and remote communities may ask for 25% more.',
			fr: 'Sur deux exercices. Les communautés nordiques et éloignées peuvent demander 25 % de plus.'
		},
		limits: [
			{
				choice: 'local',
				label: {
					en: 'One community or city',
					fr: 'Une communauté ou une ville'
				},
				maximumMinor: '6000000',
				remoteMaximumMinor: '7500000'
			},
			{
				choice: 'regional',
				label: { en: 'A region or province', fr: 'Une région ou une province' },
				maximumMinor: '14000000',
				remoteMaximumMinor: '17500000'
			},
			{
				choice: 'national',
				label: {
					en: 'Several provinces or the country',
					fr: 'Plusieurs provinces ou tout le pays'
				},
				maximumMinor: '20000000',
				remoteMaximumMinor: '25000000'
			}
		]
	},
	available: [
		{ fiscalYear: 2026, amountMinor: '450000000' },
		{ fiscalYear: 2027, amountMinor: '450000000' }
	],
	scoring: {
		en: 'Two reviewers, matched by language and subject. They do not see your organization’s name.',
		fr: 'Deux personnes évaluent, choisies selon la langue et le sujet. Elles ne voient pas le nom de votre organisme.'
	},
	dividing: {
		en: 'The money is divided in the order of the scores, within what is voted and planned, with a reason for every line. These rules cannot change once applications open, and no lot is drawn.',
		fr: 'Les fonds sont répartis dans l’ordre des notes, dans les limites de ce qui est voté et prévu, avec un motif à chaque ligne. Ces règles ne peuvent plus changer une fois la période de demande ouverte, et rien n’est tiré au sort.'
	},
	before: {
		intro: {
			en: 'A first draft takes most groups two or three evenings. What you save stays, and a draft never expires.',
			fr: 'Une première ébauche prend à la plupart des groupes deux ou trois soirées. Ce que vous enregistrez reste, et une ébauche n’expire jamais.'
		},
		items: [
			{
				en: 'No incorporation or business number? You can still apply. Call us if someone else will sign for you.',
				fr: 'Pas de constitution en société ni de numéro d’entreprise? Vous pouvez quand même présenter une demande. Appelez-nous si quelqu’un d’autre signe pour vous.'
			},
			{
				en: 'Rather talk than type? We can take your answers by phone, in English, French or with an interpreter.',
				fr: 'Vous aimez mieux parler qu’écrire? Nous pouvons prendre vos réponses au téléphone, en français, en anglais ou avec une personne interprète.'
			},
			{
				en: 'Your shelter’s street address is never needed to apply. If it is on file, it is sealed.',
				fr: 'L’adresse de votre maison d’hébergement n’est jamais nécessaire. Si elle est au dossier, elle est scellée.'
			}
		]
	},
	eligibility: [
		{
			key: 'organization',
			label: {
				en: 'The organization may receive this funding',
				fr: 'L’organisme peut recevoir ce financement'
			},
			help: {
				en: 'Not-for-profit, charity, Indigenous, academic or public body; not a business run for profit.',
				fr: 'Organisme sans but lucratif, de bienfaisance, autochtone, d’enseignement ou public; pas une entreprise à but lucratif.'
			}
		},
		{
			key: 'activity',
			label: {
				en: 'It is an awareness campaign',
				fr: 'Il s’agit d’une campagne de sensibilisation'
			},
			help: {
				en: 'It helps people recognize trafficking and know where to turn.',
				fr: 'Elle aide à reconnaître la traite et à savoir vers qui se tourner.'
			}
		},
		{
			key: 'costs',
			label: { en: 'The costs are eligible', fr: 'Les coûts sont admissibles' },
			help: {
				en: 'No buildings, no vehicles, nothing before the agreement; administration within its limit.',
				fr: 'Ni bâtiments, ni véhicules, rien avant l’entente; l’administration dans sa limite.'
			}
		},
		{
			key: 'support',
			label: {
				en: 'The letter of support is from a partner',
				fr: 'La lettre d’appui vient d’un partenaire'
			},
			help: {
				en: 'Signed or recognizable, and about this project.',
				fr: 'Signée ou reconnaissable, et au sujet de ce projet.'
			}
		},
		{
			key: 'safety',
			label: {
				en: 'Nothing in it puts a person at risk',
				fr: 'Rien n’y met une personne en danger'
			},
			help: {
				en: 'No name of a person helped, no address where people sleep.',
				fr: 'Aucun nom d’une personne aidée, aucune adresse d’un lieu où des gens dorment.'
			}
		}
	],
	questions: {
		title: 'title',
		reach: 'reach',
		remote: 'remote',
		otherGovernmentFunding: 'other_government_funding'
	}
};

/** An opportunity of the awareness program, before its dates become instants. */
export type OpportunityPlan = {
	/** Its first two digits open every reference number of its applications. */
	code: string;
	title: Bilingual;
	summary: Bilingual;
	opensWall: string;
	closesWall: string;
	zone: string;
	/** The most that any reach may ask for. */
	maximumMinor: bigint;
	firstFiscalYear: number;
	fiscalYearCount: number;
	reviewersPerApplication: number;
	decisionExpectedOn: string;
};

const SHARED_PLAN = {
	summary: {
		en: 'Up to $250,000 for organizations that help people recognize human trafficking, in all its forms, and know where to turn.',
		fr: 'Jusqu’à 250 000 $ pour les organismes qui aident à reconnaître la traite des personnes, sous toutes ses formes, et à savoir vers qui se tourner.'
	},
	zone: 'America/Toronto',
	maximumMinor: 25_000_000n,
	firstFiscalYear: 2026,
	fiscalYearCount: 2,
	reviewersPerApplication: 2
};

/** The opportunity that is open: whoever tries the demonstration applies here. */
export const AWARENESS_OPPORTUNITY: OpportunityPlan = {
	...SHARED_PLAN,
	code: '27-awareness',
	title: {
		en: 'Community awareness campaigns 2027',
		fr: 'Campagnes de sensibilisation communautaires 2027'
	},
	opensWall: '2026-11-02T09:00',
	closesWall: '2027-01-14T23:59',
	decisionExpectedOn: '2027-04-30'
};

/** The one before it, whose stories the demonstration tells: closed, read, decided. */
export const EARLIER_AWARENESS_OPPORTUNITY: OpportunityPlan = {
	...SHARED_PLAN,
	code: '26-awareness',
	title: {
		en: 'Community awareness campaigns 2026',
		fr: 'Campagnes de sensibilisation communautaires 2026'
	},
	opensWall: '2026-05-04T09:00',
	closesWall: '2026-07-15T23:59',
	decisionExpectedOn: '2026-10-30'
};

/** Ceilings of the program by fiscal year, entered when the demonstration is seeded. */
export const AWARENESS_BUDGET = {
	planned: [
		{ fiscalYear: 2026, amountMinor: 450_000_000n },
		{ fiscalYear: 2027, amountMinor: 450_000_000n },
		{ fiscalYear: 2028, amountMinor: 450_000_000n }
	],
	voted: [
		{
			fiscalYear: 2026,
			source: 'interim_supply',
			amountMinor: 112_500_000n,
			enteredOn: '2026-04-01'
		},
		{
			fiscalYear: 2026,
			source: 'main_estimates',
			amountMinor: 337_500_000n,
			enteredOn: '2026-06-23'
		}
	]
} as const;

import type { AgreementTemplate } from '#lib/features/agreement/schema.ts';

/*
 * The text that the awareness program's agreements begin with, in both languages. It is written for the demonstration:
 * a department replaces it by its own approved template. Words in braces are filled in when the agreement is prepared;
 * the two tables come from the award itself, so that no amount is ever typed a second time.
 */
export const AWARENESS_AGREEMENT_TEMPLATE: AgreementTemplate = {
	key: 'awareness-contribution',
	version: 1,
	title: {
		en: 'Contribution agreement {agreementNumber}',
		fr: 'Accord de contribution {agreementNumber}'
	},
	sections: [
		{
			key: 'parties',
			heading: { en: 'The parties', fr: 'Les parties' },
			paragraphs: [
				{
					en: 'This agreement is between His Majesty the King in right of Canada, as represented by the Minister responsible for the program ("we"), and {recipient} ("you", the recipient).',
					fr: 'Le présent accord est conclu entre Sa Majesté le Roi du chef du Canada, représenté par le ou la ministre responsable du programme (« nous »), et {recipient} (« vous », le bénéficiaire).'
				},
				{
					en: 'It is made under the program {program}, further to your application {reference}.',
					fr: 'Il est conclu au titre du programme {program}, à la suite de votre demande {reference}.'
				}
			]
		},
		{
			key: 'purpose',
			heading: { en: 'Purpose', fr: 'Objet' },
			paragraphs: [
				{
					en: 'We contribute to the costs of your project, {project}, as described in the application that you submitted. You carry it out between {startsOn} and {endsOn}.',
					fr: 'Nous contribuons aux coûts de votre projet, {project}, tel que le décrit la demande que vous avez présentée. Vous le réalisez du {startsOn} au {endsOn}.'
				},
				{
					en: 'You use the money for the costs of the approved budget only. A cost counts when it is incurred within these dates.',
					fr: 'Vous utilisez les fonds uniquement pour les coûts prévus au budget approuvé. Un coût est admissible lorsqu’il est engagé entre ces dates.'
				}
			]
		},
		{
			key: 'amount',
			heading: { en: 'Amount', fr: 'Montant' },
			paragraphs: [
				{
					en: 'Our contribution is {amount} in all, by fiscal year (April 1 to March 31). An amount that is not spent in its fiscal year does not move to the next one unless we agree in writing.',
					fr: 'Notre contribution s’élève à {amount} en tout, répartie par exercice (du 1er avril au 31 mars). Un montant qui n’est pas dépensé au cours de son exercice n’est pas reporté au suivant, sauf accord écrit de notre part.'
				}
			],
			table: 'years'
		},
		{
			key: 'appropriation',
			heading: {
				en: 'Subject to appropriation by Parliament',
				fr: 'Sous réserve de l’affectation de crédits par le Parlement'
			},
			paragraphs: [
				{
					en: 'Every payment is subject to an appropriation by Parliament for the fiscal year in which it is due. If Parliament votes less than planned, or if the level of funding of the program changes, we may reduce or end our contribution, and we tell you in writing before we do.',
					fr: 'Tout paiement est subordonné à l’affectation, par le Parlement, de crédits pour l’exercice au cours duquel il est exigible. Si le Parlement vote un montant moins élevé que prévu, ou si le niveau de financement du programme change, nous pouvons réduire notre contribution ou y mettre fin; nous vous en avisons d’abord par écrit.'
				}
			]
		},
		{
			key: 'instalments',
			heading: { en: 'Instalments', fr: 'Versements' },
			paragraphs: [
				{
					en: 'We pay by instalments, by direct deposit or in another way that we agree on. An instalment is paid when it is due, the account you gave us has been verified, and the conditions of this agreement are met.',
					fr: 'Nous payons par versements, par dépôt direct ou d’une autre façon convenue. Un versement est payé lorsqu’il est exigible, que le compte que vous nous avez indiqué a été vérifié et que les conditions du présent accord sont remplies.'
				}
			],
			table: 'instalments'
		},
		{
			key: 'reports',
			heading: { en: 'Reports', fr: 'Rapports' },
			paragraphs: [
				{
					en: 'Within 30 days after the end of each fiscal year, you send us a progress report: what was done, what was learned, and what was spent by budget category. Within 60 days after {endsOn}, you send the final report.',
					fr: 'Dans les 30 jours suivant la fin de chaque exercice, vous nous transmettez un rapport d’étape : ce qui a été fait, ce qui a été appris et ce qui a été dépensé par catégorie du budget. Dans les 60 jours suivant le {endsOn}, vous transmettez le rapport final.'
				},
				{
					en: 'No report names, describes or counts people in a way that could identify a survivor, and none gives the place of a shelter.',
					fr: 'Aucun rapport ne nomme, ne décrit ni ne dénombre des personnes d’une façon qui pourrait identifier une personne survivante, et aucun ne révèle l’emplacement d’une maison d’hébergement.'
				}
			]
		},
		{
			key: 'records',
			heading: { en: 'Records and audit', fr: 'Documents et vérification' },
			paragraphs: [
				{
					en: 'You keep the accounts and supporting documents of the project for six years after {endsOn} and show them to us or to our auditors on request. Records that could identify survivors are examined at your place and are not copied.',
					fr: 'Vous conservez les comptes et les pièces justificatives du projet pendant six ans après le {endsOn} et vous nous les présentez, ou les présentez à nos vérificatrices et vérificateurs, sur demande. Les documents qui pourraient identifier des personnes survivantes sont examinés chez vous et ne sont pas copiés.'
				},
				{
					en: 'Money paid beyond what you are entitled to is a debt to the Crown; we tell you in writing, and you may repay it by agreed payments.',
					fr: 'Toute somme versée au-delà de ce à quoi vous avez droit constitue une créance de la Couronne; nous vous en avisons par écrit et vous pouvez la rembourser par paiements convenus.'
				}
			]
		},
		{
			key: 'languages',
			heading: { en: 'Official languages', fr: 'Langues officielles' },
			paragraphs: [
				{
					en: 'Where the project serves a public of both official language communities, you offer its services and materials in English and in French, with equal quality.',
					fr: 'Lorsque le projet s’adresse à un public des deux communautés de langue officielle, vous offrez ses services et son matériel en français et en anglais, dans une qualité égale.'
				}
			]
		},
		{
			key: 'changes',
			heading: { en: 'Changes and end', fr: 'Modifications et fin' },
			paragraphs: [
				{
					en: 'A change of the amount, the dates or the purpose is a numbered amendment that both of us sign. Either party may end this agreement with 30 days of written notice; costs properly incurred until then are paid.',
					fr: 'Tout changement du montant, des dates ou de l’objet fait l’objet d’une modification numérotée que nous signons tous les deux. Chaque partie peut mettre fin au présent accord moyennant un avis écrit de 30 jours; les coûts dûment engagés jusque-là sont payés.'
				}
			]
		},
		{
			key: 'signature',
			heading: { en: 'Signature', fr: 'Signature' },
			paragraphs: [
				{
					en: 'The English and French versions have equal force. This agreement takes effect when both parties have signed it. Each signature is bound to this exact text.',
					fr: 'Les versions française et anglaise ont la même valeur. Le présent accord prend effet lorsque les deux parties l’ont signé. Chaque signature est liée à ce texte exact.'
				}
			]
		}
	]
};

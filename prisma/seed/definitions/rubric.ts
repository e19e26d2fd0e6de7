import type { Rubric } from '#lib/domain/review/rubric.ts';

/**
 * How an application of the awareness program is judged: five criteria, each with five anchors written out, so that two
 * people who never meet mean the same by a 4. Weights are basis points and sum to 10,000.
 */
export const AWARENESS_RUBRIC: Rubric = {
	key: 'awareness-merit',
	version: 1,
	criteria: [
		{
			key: 'need',
			weightBasisPoints: 3000,
			title: { en: 'Need and reach', fr: 'Besoin et portée' },
			question: {
				en: 'Who is not reached today, and will this reach them?',
				fr: 'Qui n’est pas rejoint aujourd’hui, et ce projet va-t-il les rejoindre?'
			},
			anchors: {
				1: {
					en: 'It is not clear who this is for, or why it is needed here.',
					fr: 'On ne voit pas à qui le projet s’adresse, ni pourquoi il est nécessaire ici.'
				},
				2: {
					en: 'The need is stated in general terms. How people will be reached is left open.',
					fr: 'Le besoin est décrit en termes généraux. La façon de rejoindre les gens reste à préciser.'
				},
				3: {
					en: 'A real need, known from people or figures, and a believable way to the people meant.',
					fr: 'Un besoin réel, connu par des personnes ou des chiffres, et un moyen crédible de rejoindre les gens visés.'
				},
				4: {
					en: 'As 3, and it goes where other campaigns do not: places, hours or languages.',
					fr: 'Comme 3, et le projet va là où d’autres campagnes ne vont pas : lieux, heures ou langues.'
				},
				5: {
					en: 'As 4, and the people meant said themselves that this is how they would be reached.',
					fr: 'Comme 4, et les gens visés ont dit eux-mêmes que c’est ainsi qu’on les rejoindrait.'
				}
			}
		},
		{
			key: 'safety',
			weightBasisPoints: 2500,
			title: { en: 'Safety and care', fr: 'Sécurité et bienveillance' },
			question: {
				en: 'Would you feel at ease if someone you love met this campaign?',
				fr: 'Seriez-vous en confiance si une personne qui vous est chère rencontrait cette campagne?'
			},
			anchors: {
				1: {
					en: 'People could be put at risk, and the application does not see how.',
					fr: 'Des personnes pourraient être mises en danger, et la demande ne le voit pas.'
				},
				2: {
					en: 'Risks are named. What would be done about them is left to chance.',
					fr: 'Les risques sont nommés. Ce qu’on ferait pour les écarter est laissé au hasard.'
				},
				3: {
					en: 'Clear steps for consent, privacy and disclosures. Someone is responsible.',
					fr: 'Des mesures claires pour le consentement, la vie privée et les confidences reçues. Quelqu’un en est responsable.'
				},
				4: {
					en: 'As 3, and tested with people the campaign is for. Staff are supported too.',
					fr: 'Comme 3, et mis à l’essai avec des personnes visées. L’équipe est soutenue elle aussi.'
				},
				5: {
					en: 'As 4, and survivors can change or stop the work at any point, and are paid.',
					fr: 'Comme 4, et des personnes survivantes peuvent changer ou arrêter le travail à tout moment, et sont payées.'
				}
			}
		},
		{
			key: 'leadership',
			weightBasisPoints: 2000,
			title: { en: 'Survivors lead', fr: 'Direction par les personnes survivantes' },
			question: {
				en: 'Who decides, who is paid, and who can say no?',
				fr: 'Qui décide, qui est payé et qui peut dire non?'
			},
			anchors: {
				1: {
					en: 'People with lived experience have no part in the work.',
					fr: 'Les personnes qui ont l’expérience vécue n’ont aucune part au travail.'
				},
				2: {
					en: 'They are asked to tell their story, or to approve what is finished.',
					fr: 'On leur demande de raconter leur histoire, ou d’approuver ce qui est déjà fait.'
				},
				3: {
					en: 'They are asked early, and it shows what changed because of them.',
					fr: 'On les consulte tôt, et l’on voit ce qui a changé grâce à elles.'
				},
				4: {
					en: 'They hold paid roles and decide about parts of the work.',
					fr: 'Elles occupent des rôles payés et décident d’une partie du travail.'
				},
				5: {
					en: 'They lead it, and have what that takes: time, pay, support and a way to step back.',
					fr: 'Elles le dirigent et en ont les moyens : du temps, une paie, du soutien et la possibilité de prendre du recul.'
				}
			}
		},
		{
			key: 'plan',
			weightBasisPoints: 1500,
			title: { en: 'Plan and budget', fr: 'Plan et budget' },
			question: {
				en: 'Can these people do this, with this money, in this time?',
				fr: 'Cette équipe peut-elle réaliser ce projet, avec cet argent et dans ce délai?'
			},
			anchors: {
				1: {
					en: 'Steps or costs are missing, and the work could not start as written.',
					fr: 'Il manque des étapes ou des coûts; le travail ne pourrait pas commencer tel quel.'
				},
				2: {
					en: 'There is a plan, but costs and steps do not meet.',
					fr: 'Il y a un plan, mais les coûts et les étapes ne concordent pas.'
				},
				3: {
					en: 'Steps, people and costs fit together. The amounts are reasonable.',
					fr: 'Les étapes, les personnes et les coûts concordent. Les montants sont raisonnables.'
				},
				4: {
					en: 'As 3, and what could delay the work is foreseen.',
					fr: 'Comme 3, et ce qui pourrait retarder le travail est prévu.'
				},
				5: {
					en: 'As 4, and the team has done comparable work with partners already at its side.',
					fr: 'Comme 4, et l’équipe a déjà fait un travail comparable, ses partenaires déjà à ses côtés.'
				}
			}
		},
		{
			key: 'learning',
			weightBasisPoints: 1000,
			title: { en: 'Learning', fr: 'Apprentissage' },
			question: {
				en: 'How will they know it helped, without asking too much of anyone?',
				fr: 'Comment sauront-ils que cela a aidé, sans trop demander à personne?'
			},
			anchors: {
				1: {
					en: 'Nothing would be learned, or people would be counted in ways that expose them.',
					fr: 'On n’apprendrait rien, ou l’on compterait les personnes d’une façon qui les expose.'
				},
				2: {
					en: 'Activities are counted. What changed is not asked.',
					fr: 'On compte les activités. On ne demande pas ce qui a changé.'
				},
				3: {
					en: 'A few measures that fit the work, gathered without harm.',
					fr: 'Quelques mesures adaptées au travail, recueillies sans faire de tort.'
				},
				4: {
					en: 'As 3, and what is learned changes the work along the way.',
					fr: 'Comme 3, et ce qu’on apprend change le travail en cours de route.'
				},
				5: {
					en: 'As 4, and it is shared with the people it came from, then with others.',
					fr: 'Comme 4, et on le partage avec les gens de qui cela vient, puis avec d’autres.'
				}
			}
		}
	]
};

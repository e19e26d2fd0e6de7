import { createHash } from 'node:crypto';
import { sum, type Money } from '#lib/domain/money/money.ts';
import { formatDate, formatFiscalYear, formatMoney } from '#lib/i18n/format.ts';
import * as m from '#lib/i18n/generated/agreement.ts';
import { LOCALES, type Locale } from '#lib/i18n/locale.ts';
import type { AgreementContent, AgreementSection, AgreementTemplate, AgreementText } from './schema.ts';

/** What fills a template: taken from the award and the application, never typed for the agreement. */
export type AgreementFacts = {
	agreementNumber: string;
	recipient: string;
	project: string;
	reference: string;
	program: Record<Locale, string>;
	startsOn: string;
	endsOn: string;
	years: { fiscalYear: number; amount: Money; standing: 'committed' | 'reserved' }[];
	instalments: { number: number; fiscalYear: number; dueOn: string; amount: Money }[];
};

/** The content of an agreement in both languages, ready to be hashed, shown and signed. */
export function composeAgreement(template: AgreementTemplate, facts: AgreementFacts): AgreementContent {
	const text = Object.fromEntries(LOCALES.map((locale) => [locale, textIn(locale, template, facts)]));
	return {
		format: 1,
		template: { key: template.key, version: template.version },
		agreementNumber: facts.agreementNumber,
		recipient: facts.recipient,
		startsOn: facts.startsOn,
		endsOn: facts.endsOn,
		amountMinor: sum(facts.years.map((year) => year.amount)).minor.toString(),
		years: facts.years.map(({ fiscalYear, amount, standing }) => ({
			fiscalYear,
			amountMinor: amount.minor.toString(),
			standing
		})),
		instalments: facts.instalments.map(({ number, fiscalYear, dueOn, amount }) => ({
			number,
			fiscalYear,
			dueOn,
			amountMinor: amount.minor.toString()
		})),
		text: text as Record<Locale, AgreementText>
	};
}

/** SHA-256 in hex of the content with its keys in order: the same agreement has the same hash wherever it is read. */
export function hashAgreement(content: AgreementContent): string {
	return createHash('sha256').update(inOrder(content), 'utf8').digest('hex');
}

function inOrder(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(inOrder).join(',')}]`;
	if (value === null || typeof value !== 'object') return JSON.stringify(value);
	const fields = Object.entries(value)
		.filter(([, field]) => field !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, field]) => `${JSON.stringify(key)}:${inOrder(field)}`);
	return `{${fields.join(',')}}`;
}

function textIn(locale: Locale, template: AgreementTemplate, facts: AgreementFacts): AgreementText {
	const total = sum(facts.years.map((year) => year.amount));
	const words: Record<string, string> = {
		agreementNumber: facts.agreementNumber,
		recipient: facts.recipient,
		project: facts.project,
		reference: facts.reference,
		program: facts.program[locale],
		amount: formatMoney(total, locale),
		startsOn: formatDate(facts.startsOn, locale),
		endsOn: formatDate(facts.endsOn, locale)
	};
	return {
		title: fill(template.title[locale], words),
		sections: template.sections.map((section): AgreementSection => {
			const filled = {
				key: section.key,
				heading: fill(section.heading[locale], words),
				paragraphs: section.paragraphs.map((paragraph) => fill(paragraph[locale], words))
			};
			if (section.table === 'years') return { ...filled, table: yearsTable(locale, facts) };
			if (section.table === 'instalments') return { ...filled, table: instalmentsTable(locale, facts) };
			return filled;
		})
	};
}

/** Words in braces. A word that nothing fills is left standing, so that whoever reads the draft sees it. */
function fill(text: string, words: Record<string, string>): string {
	return text.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
}

function yearsTable(locale: Locale, facts: AgreementFacts): NonNullable<AgreementSection['table']> {
	return {
		columns: [m.columnFiscalYear(locale), m.columnStanding(locale), m.columnAmount(locale)],
		rows: facts.years.map((year) => [
			formatFiscalYear(year.fiscalYear),
			year.standing === 'committed' ? m.standingCommitted(locale) : m.standingReserved(locale),
			formatMoney(year.amount, locale)
		]),
		total: [m.total(locale), '', formatMoney(sum(facts.years.map((year) => year.amount)), locale)]
	};
}

function instalmentsTable(locale: Locale, facts: AgreementFacts): NonNullable<AgreementSection['table']> {
	return {
		columns: [m.columnInstalment(locale), m.columnDueOn(locale), m.columnFiscalYear(locale), m.columnAmount(locale)],
		rows: facts.instalments.map((planned) => [
			String(planned.number),
			formatDate(planned.dueOn, locale),
			formatFiscalYear(planned.fiscalYear),
			formatMoney(planned.amount, locale)
		]),
		total: [m.total(locale), '', '', formatMoney(sum(facts.instalments.map((planned) => planned.amount)), locale)]
	};
}

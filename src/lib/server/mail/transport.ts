import { createTransport, type Transporter } from 'nodemailer';
import { loadConfig } from '#lib/server/config.ts';

/*
 * The mail server, by SMTP_URL. Without one nothing is sent and messages stay in the outbox page.
 */

/** A message ready to go. `lang` becomes its Content-Language. */
export type ReadyMail = { to: string; subject: string; text: string; html: string; lang: string; messageId: string };

export type MailTransport = {
	/** Resolves when the server took the message. Rejects with MailRefused when it never will. */
	send(mail: ReadyMail): Promise<void>;
	close(): void;
};

/** The server refused this message for good (a 5xx answer): trying again would not help. */
export class MailRefused extends Error {
	readonly responseCode: number;
	constructor(responseCode: number) {
		// The server's own sentence often repeats the address, so it is left out.
		super(`the mail server answered ${responseCode}`);
		this.name = 'MailRefused';
		this.responseCode = responseCode;
	}
}

let current: MailTransport | null | undefined;

/** The transport of this installation, or null without SMTP_URL. */
export function mailTransport(): MailTransport | null {
	if (current === undefined) {
		const { smtpUrl, mailFrom } = loadConfig();
		current = smtpUrl === null ? null : smtpTransport(smtpUrl, mailFrom);
	}
	return current;
}

/** Hands in another transport (null: none), for tests. Without an argument the configuration is read again. */
export function useMailTransport(next?: MailTransport | null): void {
	current?.close();
	current = next;
}

/** A transport over SMTP. Waits are short: a job that hangs holds a worker, and it is tried again anyway. */
export function smtpTransport(url: string, from: string): MailTransport {
	const transporter: Transporter = createTransport(
		{
			url,
			pool: true,
			maxConnections: 2,
			connectionTimeout: 10_000,
			greetingTimeout: 10_000,
			socketTimeout: 20_000
		} as Parameters<typeof createTransport>[0],
		// A template never reads a file or fetches an address, whatever a value holds.
		{ from, disableFileAccess: true, disableUrlAccess: true }
	);
	return {
		async send(mail) {
			try {
				await transporter.sendMail({
					// An object, not a text: an address with a comma or a line break stays one recipient.
					to: { name: '', address: mail.to },
					subject: mail.subject,
					text: mail.text,
					html: mail.html,
					messageId: mail.messageId,
					headers: { 'Content-Language': mail.lang, 'Auto-Submitted': 'auto-generated' }
				});
			} catch (error) {
				const code = (error as { responseCode?: unknown }).responseCode;
				if (typeof code === 'number' && code >= 500 && code < 600) throw new MailRefused(code);
				throw error;
			}
		},
		close: () => transporter.close()
	};
}

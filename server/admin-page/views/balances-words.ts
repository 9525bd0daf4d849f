/** The words of import and export. */
import { words } from '../words.ts';

export const BALANCES_WORDS = words({
  en: {
    heading: 'Import and export',
    importing: 'Import balances',
    what:
      'A CSV file with the columns customer, unit and balance: Shopify’s number of the customer, ' +
      '“points” or a currency such as EUR, and how much. Nothing is changed before you have seen ' +
      'what is in it.',
    example: 'customer,unit,balance\n6201234567,points,250\n6201234567,EUR,12.50',
    choose: 'CSV file with balances',
    notCsv: 'Only CSV files can be imported.',
    empty: 'This file is empty.',
    tooLarge: (max: string) => `This file is larger than ${max}: send it in several files.`,
    unreadable: 'This file could not be read.',
    sending: (name: string) => `Sending “${name}”`,
    sent: (parts: string, all: string) => `${parts} of ${all} parts have arrived`,
    checking: 'Everything has arrived and is being checked …',
    stop: 'Stop',
    broken: 'The connection broke',
    brokenText: (parts: string, all: string) =>
      `${parts} of ${all} parts have arrived and are kept. It goes on from there.`,
    goOn: 'Go on',
    damaged: 'The file did not arrive as it was sent',
    refused: 'This file can’t be imported',
    refusedText: (count: string) =>
      `Nothing was changed. ${count} things are wrong; mend them in the file and choose it again.`,
    line: 'Line',
    problem: 'What is wrong',
    wholeFile: 'whole file',
    more: (count: string) => `and ${count} more`,
    another: 'Choose another file',
    checked: 'This will be added',
    checkedText: (rows: string, customers: string) =>
      `${rows} rows for ${customers} customers. What customers have stays, and the file’s ` +
      'balances are added to it. Importing this same file again adds nothing twice.',
    sum: 'Together',
    apply: 'Add the balances',
    applying: 'The balances are being added',
    applied: (done: string, rows: string) =>
      `${done} of ${rows} rows. It goes on by itself, also when you leave this page.`,
    applyingBroken:
      'The server can’t be reached just now. It goes on by itself; this page asks again.',
    waits: 'Some rows have to wait',
    done: 'The balances were added',
    doneText: (rows: string, customers: string) =>
      `${rows} rows for ${customers} customers are in the books.`,
    failed: 'That did not work',
    earlier: 'Earlier imports',
    none: 'Nothing was imported yet.',
    file: 'File',
    state: 'State',
    rows: 'Rows',
    by: 'By',
    when: 'When',
    show: (name: string) => `Show ${name}`,
    account: (user: string) => `account ${user}`,
    states: {
      sending: 'Not all has arrived: choose the file again',
      refused: 'Something is wrong with it',
      checked: 'Checked, not added yet',
      applying: 'Being added',
      done: 'Added',
    },
    exporting: 'Export balances',
    exportText: 'Every balance as it stands at this moment, as a CSV file that can be imported.',
    export: 'Export',
    exported: (rows: string) => `${rows} rows so far`,
    exportDone: (rows: string) => `${rows} rows are in the file.`,
    cancel: 'Cancel',
    exportBroken: 'The connection broke; what has arrived is kept.',
  },
  fr: {
    heading: 'Import et export',
    importing: 'Importer des soldes',
    what:
      'Un fichier CSV avec les colonnes customer, unit et balance : le numéro du client chez ' +
      'Shopify, « points » ou une devise comme EUR, et combien. Rien ne change avant que vous ' +
      'ayez vu ce qu’il contient.',
    example: 'customer,unit,balance\n6201234567,points,250\n6201234567,EUR,12.50',
    choose: 'Fichier CSV de soldes',
    notCsv: 'Seuls les fichiers CSV peuvent être importés.',
    empty: 'Ce fichier est vide.',
    tooLarge: (max: string) => `Ce fichier dépasse ${max} : envoyez-le en plusieurs fichiers.`,
    unreadable: 'Ce fichier n’a pas pu être lu.',
    sending: (name: string) => `Envoi de « ${name} »`,
    sent: (parts: string, all: string) => `${parts} parties sur ${all} sont arrivées`,
    checking: 'Tout est arrivé et est en cours de contrôle …',
    stop: 'Arrêter',
    broken: 'La connexion s’est interrompue',
    brokenText: (parts: string, all: string) =>
      `${parts} parties sur ${all} sont arrivées et conservées. L’envoi reprend de là.`,
    goOn: 'Continuer',
    damaged: 'Le fichier n’est pas arrivé tel qu’envoyé',
    refused: 'Ce fichier ne peut pas être importé',
    refusedText: (count: string) =>
      `Rien n’a changé. ${count} choses ne vont pas ; corrigez-les et choisissez-le à nouveau.`,
    line: 'Ligne',
    problem: 'Ce qui ne va pas',
    wholeFile: 'fichier entier',
    more: (count: string) => `et ${count} de plus`,
    another: 'Choisir un autre fichier',
    checked: 'Ceci sera ajouté',
    checkedText: (rows: string, customers: string) =>
      `${rows} lignes pour ${customers} clients. Ce que les clients ont reste, et les soldes du ` +
      'fichier s’y ajoutent. Importer ce même fichier à nouveau n’ajoute rien deux fois.',
    sum: 'Ensemble',
    apply: 'Ajouter les soldes',
    applying: 'Les soldes sont en cours d’ajout',
    applied: (done: string, rows: string) =>
      `${done} lignes sur ${rows}. Cela continue tout seul, même si vous quittez cette page.`,
    applyingBroken:
      'Le serveur est injoignable pour l’instant. L’ajout continue ; cette page redemande.',
    waits: 'Certaines lignes doivent attendre',
    done: 'Les soldes ont été ajoutés',
    doneText: (rows: string, customers: string) =>
      `${rows} lignes pour ${customers} clients sont dans les livres.`,
    failed: 'Cela n’a pas fonctionné',
    earlier: 'Imports précédents',
    none: 'Rien n’a encore été importé.',
    file: 'Fichier',
    state: 'État',
    rows: 'Lignes',
    by: 'Par',
    when: 'Quand',
    show: (name: string) => `Voir ${name}`,
    account: (user: string) => `compte ${user}`,
    states: {
      sending: 'Incomplet : choisissez le fichier à nouveau',
      refused: 'Quelque chose ne va pas',
      checked: 'Contrôlé, pas encore ajouté',
      applying: 'En cours d’ajout',
      done: 'Ajouté',
    },
    exporting: 'Exporter les soldes',
    exportText: 'Tous les soldes à cet instant, dans un fichier CSV qui peut être importé.',
    export: 'Exporter',
    exported: (rows: string) => `${rows} lignes jusqu’ici`,
    exportDone: (rows: string) => `${rows} lignes sont dans le fichier.`,
    cancel: 'Annuler',
    exportBroken: 'La connexion s’est interrompue ; ce qui est arrivé est conservé.',
  },
});

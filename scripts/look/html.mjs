// Looks at pages of the format `html` as a browser shows them.
//
//   node scripts/look/html.mjs FOLDER PAGE…
//
// Each page is shown 390 and 1280 pixels wide, light and dark, its details closed as they come and all open, and
// printed. FOLDER gets the screenshots and a PDF. axe-core (WCAG 2.2 A and AA, and best practices) must find
// nothing, no line may be wider than the screen, and the browser must have nothing to say: what a content
// security policy refuses it tells.
//
// It needs playwright-core and axe-core, which scripts/setup.sh puts into target/look, and a Chromium: the one
// that BROWSER names, else that of Debian. Exit 0: nothing to mend. 1: what was printed. 2: wrong usage. 77: there
// is no browser or no playwright, so that nothing was looked at.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const modules = createRequire(fileURLToPath(new URL('../../target/look/', import.meta.url)));
const browserPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const widths = [390, 1280];
const themes = ['light', 'dark'];

function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}

// The whole page, or as much of it as a picture can hold.
async function picture(page, path) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width: page.viewportSize().width, height: Math.min(height, 8000) };
  await page.screenshot({ path, fullPage: true, clip });
}

// What is not as it should be, as lines.
async function wrongIn(page, axe) {
  const wide = await page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    const over = [...document.querySelectorAll('body *')].filter(
      (it) => it.getBoundingClientRect().right > most + 0.5 && it.getBoundingClientRect().width > 1,
    );
    const scrolls = document.documentElement.scrollWidth > most;
    return [scrolls ? 'the page scrolls sideways' : '', ...over.map((it) => `${it.tagName} is too wide`)];
  });
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const result = await globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } });
    const nodes = result.violations.flatMap((rule) => rule.nodes.map((node) => [rule.id, node]));
    return nodes.map(([id, node]) => `axe: ${id}: ${node.target.join(' ')}: ${node.failureSummary}`);
  });
  return [...wide.filter(Boolean), ...found];
}

async function look(browser, file, folder, axe) {
  const wrong = [];
  for (const width of widths) {
    for (const colorScheme of themes) {
      const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme });
      const page = await context.newPage();
      const view = `${basename(file, '.html')}-${width}-${colorScheme}`;
      const say = (text) => wrong.push(`${view}: ${text}`);
      page.on('console', (message) => say(`the browser says: ${message.text()}`));
      page.on('pageerror', (error) => say(`the browser says: ${error.message}`));
      page.on('request', (request) => {
        if (request.url() !== pathToFileURL(file).href) say(`asks for ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);
      const open = () => document.querySelectorAll('details').forEach((it) => it.setAttribute('open', ''));
      await picture(page, join(folder, `${view}.png`));
      (await wrongIn(page, axe)).forEach(say);
      await page.evaluate(open);
      await picture(page, join(folder, `${view}-open.png`));
      (await wrongIn(page, axe)).forEach((text) => say(`all open: ${text}`));
      if (width === 1280 && colorScheme === 'dark') {
        await page.reload();
        await page.pdf({ path: join(folder, `${basename(file, '.html')}.pdf`), format: 'A4' });
      }
      await context.close();
    }
  }
  return wrong;
}

async function main() {
  const [folder, ...files] = process.argv.slice(2);
  if (!folder || files.length === 0) {
    console.error('usage: node scripts/look/html.mjs FOLDER PAGE…');
    process.exit(2);
  }
  let chromium, axe;
  try {
    ({ chromium } = modules('playwright-core'));
    axe = readFileSync(modules.resolve('axe-core/axe.min.js'), 'utf8');
  } catch {
    skip('no playwright-core or axe-core in target/look: scripts/setup.sh puts them there');
  }
  const executablePath = process.env.BROWSER || browserPaths.find((path) => existsSync(path));
  if (!executablePath) skip(`no Chromium: none of ${browserPaths.join(', ')}`);
  mkdirSync(folder, { recursive: true });
  // A container's root has no sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  const wrong = [];
  for (const file of files) wrong.push(...(await look(browser, resolve(file), folder, axe)));
  await browser.close();
  wrong.forEach((line) => console.log(line));
  const views = files.length * widths.length * themes.length;
  console.log(`${views} views, ${wrong.length} things to mend; pictures in ${folder}`);
  process.exit(wrong.length === 0 ? 0 : 1);
}

await main();

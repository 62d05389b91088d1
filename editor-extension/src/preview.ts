import * as path from "node:path";
import * as vscode from "vscode";
import type { Client } from "./client";
import { type Compiled, Shown, type Stretch } from "./compiledText";

const SCHEME = "tandem-compiled";
const EXTENSIONS = /\.(sql|py|ya?ml)$/;

interface Changed {
  uri: string;
  compiled: Compiled | null;
}

/** A document whose compiled text is shown. */
interface Preview {
  /** The document that is compiled. */
  readonly source: vscode.Uri;
  /** Which of the document's nodes. */
  readonly node: string;
  shown: Shown;
}

/** Shows beside a model the SQL that dbt would run, and keeps the two together. */
export class CompiledPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  /** By the address of what is shown. */
  private readonly previews = new Map<string, Preview>();
  /** What has no tab yet, but is about to have one. */
  private opening: string | undefined;
  private readonly highlight = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor("editor.wordHighlightStrongBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.wordHighlightStrongForeground"),
  });
  private readonly hole = vscode.window.createTextEditorDecorationType({
    after: { contentText: "?", color: new vscode.ThemeColor("editorWarning.foreground"), margin: "0 1px" },
  });
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly client: Client) {
    this.subscriptions = [
      this.changed,
      this.highlight,
      this.hole,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      client.onNotified("tandem/compiledChanged", (it: Changed) => this.update(it)),
      client.onConnection(({ state }) => state === "running" && this.watch()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.decorate(document)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.forgetClosed()),
      vscode.window.tabGroups.onDidChangeTabs(() => this.forgetClosed()),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.moveTo(editor)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return (this.previews.get(uri.toString()) ?? (await this.reopened(uri))).shown.text;
  }

  /** A tab of before, in a window that was reloaded or opened again. */
  private async reopened(uri: vscode.Uri): Promise<Preview> {
    const { source: address, node } = addressee(uri);
    const source = vscode.Uri.parse(address);
    const params = { textDocument: { uri: address }, node };
    const compiled = await this.client.request<Compiled | null>("tandem/compiled", params);
    const preview = { source, node, shown: new Shown(compiled ?? undefined, path.posix.basename(source.path)) };
    this.previews.set(uri.toString(), preview);
    this.watch();
    return preview;
  }

  /** The command: beside what one works on. */
  async show(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || editor.document.uri.scheme === SCHEME) {
      return;
    }
    const compiled = await this.compile(editor);
    if (compiled === undefined) {
      const name = path.posix.basename(editor.document.uri.path);
      void vscode.window.showInformationMessage(`dbt compiles nothing of ${name}.`);
      return;
    }
    await this.open(editor, compiled, vscode.ViewColumn.Beside);
  }

  private async compile(editor: vscode.TextEditor): Promise<Compiled | undefined> {
    const { uri } = editor.document;
    if (uri.scheme !== "file" || !EXTENSIONS.test(uri.path)) {
      return undefined;
    }
    const position = editor.selection.active;
    const answer = await this.client.request<Compiled | null>("tandem/compiled", {
      textDocument: { uri: uri.toString() },
      position: { line: position.line, character: position.character },
    });
    return answer ?? undefined;
  }

  private async open(editor: vscode.TextEditor, compiled: Compiled, viewColumn: vscode.ViewColumn): Promise<void> {
    const source = editor.document.uri;
    const name = path.posix.basename(source.path);
    const ownName = name.replace(EXTENSIONS, "") === compiled.name || compiled.node.startsWith("model.");
    const label = `${ownName ? name : compiled.name} (compiled)`;
    const uri = vscode.Uri.from({
      scheme: SCHEME,
      path: path.posix.join(path.posix.dirname(source.path), label),
      query: JSON.stringify({ source: source.toString(), node: compiled.node }),
    });
    this.opening = uri.toString();
    this.previews.set(uri.toString(), { source, node: compiled.node, shown: new Shown(compiled, name) });
    this.changed.fire(uri);
    this.watch();
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, compiled.language);
    const shown = await vscode.window.showTextDocument(document, { viewColumn, preserveFocus: true, preview: true });
    this.opening = undefined;
    // The one before gave its place, where tabs are not kept.
    await this.closeOthers(uri, shown.viewColumn);
    this.decorate(document);
    this.follow(editor);
  }

  /** A preview follows to the next model: there is one of them in its place. */
  private async moveTo(editor: vscode.TextEditor | undefined): Promise<void> {
    const [before] = this.visible();
    if (editor === undefined || before === undefined || editor.document.uri.scheme === SCHEME) {
      return;
    }
    if (editor.viewColumn === before.editor.viewColumn || same(before.preview.source, editor.document.uri)) {
      this.follow(editor);
      return;
    }
    const compiled = await this.compile(editor).catch(() => undefined);
    if (compiled !== undefined && vscode.window.activeTextEditor === editor) {
      await this.open(editor, compiled, before.editor.viewColumn ?? vscode.ViewColumn.Beside);
    }
  }

  private async closeOthers(kept: vscode.Uri, viewColumn: vscode.ViewColumn | undefined): Promise<void> {
    const group = vscode.window.tabGroups.all.find((it) => it.viewColumn === viewColumn);
    const others = (group?.tabs ?? []).filter((it) => {
      const uri = uriOf(it);
      return uri?.scheme === SCHEME && !same(uri, kept);
    });
    await vscode.window.tabGroups.close(others, true);
  }

  private update({ uri, compiled }: Changed): void {
    for (const [shownUri, preview] of this.previews) {
      const source = vscode.Uri.parse(uri);
      if (same(preview.source, source) && (compiled === null || compiled.node === preview.node)) {
        preview.shown = new Shown(compiled ?? undefined, path.posix.basename(preview.source.path));
        this.changed.fire(vscode.Uri.parse(shownUri));
      }
    }
  }

  /** Tells the server what is shown: it says when one of these texts changes. */
  private watch(): void {
    const documents = [...this.previews.values()].map((it) => ({ uri: it.source.toString(), node: it.node }));
    if (this.client.running) {
      void this.client.notify("tandem/watchCompiled", { documents });
    }
  }

  private forgetClosed(): void {
    const open = new Set(vscode.window.tabGroups.all.flatMap((it) => it.tabs.map((tab) => uriOf(tab)?.toString())));
    const gone = [...this.previews.keys()].filter((it) => !open.has(it) && it !== this.opening);
    for (const it of gone) {
      this.previews.delete(it);
    }
    if (gone.length > 0) {
      this.watch();
    }
  }

  private visible(): { editor: vscode.TextEditor; preview: Preview }[] {
    return vscode.window.visibleTextEditors.flatMap((editor) => {
      const preview = this.previews.get(editor.document.uri.toString());
      return preview === undefined ? [] : [{ editor, preview }];
    });
  }

  /** Marks what is missing, and what belongs to the selection, in a text that is new. */
  private decorate(document: vscode.TextDocument): void {
    for (const { editor, preview } of this.visible()) {
      if (editor.document === document) {
        const holes = preview.shown.holes.map((it) => ({ range: toRange(it.range), hoverMessage: it.reason }));
        editor.setDecorations(this.hole, holes);
        const source = vscode.window.activeTextEditor;
        if (source !== undefined && same(source.document.uri, preview.source)) {
          this.mark(source, editor, preview, false);
        }
      }
    }
  }

  /** What one selects on one side is shown on the other. */
  private follow(editor: vscode.TextEditor): void {
    if (editor !== vscode.window.activeTextEditor) {
      return;
    }
    for (const { editor: compiled, preview } of this.visible()) {
      if (same(preview.source, editor.document.uri)) {
        this.mark(editor, compiled, preview, true);
      } else if (compiled === editor) {
        this.lead(compiled, preview);
      }
    }
  }

  private mark(source: vscode.TextEditor, compiled: vscode.TextEditor, preview: Preview, reveal: boolean): void {
    source.setDecorations(this.highlight, []);
    const ranges = preview.shown.toCompiled(source.selection).map(toRange);
    compiled.setDecorations(this.highlight, ranges);
    const [first] = ranges;
    if (reveal && first !== undefined) {
      // Its start: what is wide would scroll the lines' beginnings away.
      compiled.revealRange(
        new vscode.Range(first.start, first.start),
        vscode.TextEditorRevealType.InCenterIfOutsideViewport,
      );
    }
  }

  private lead(compiled: vscode.TextEditor, preview: Preview): void {
    const place = preview.shown.toTemplate(compiled.selection);
    const source = vscode.window.visibleTextEditors.find((it) => same(it.document.uri, preview.source));
    if (source === undefined || place === undefined) {
      return;
    }
    compiled.setDecorations(this.highlight, []);
    const range = toRange(place);
    // One letter has no width: its line shows the place.
    source.setDecorations(this.highlight, [range.isEmpty ? source.document.lineAt(range.start).range : range]);
    source.revealRange(
      new vscode.Range(range.start, range.start),
      vscode.TextEditorRevealType.InCenterIfOutsideViewport,
    );
  }
}

function uriOf(tab: vscode.Tab): vscode.Uri | undefined {
  return tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
}

function addressee(uri: vscode.Uri): { source: string; node: string } {
  return JSON.parse(uri.query);
}

function toRange({ start, end }: Stretch): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

const same = (a: vscode.Uri, b: vscode.Uri) => a.toString() === b.toString();

import * as vscode from "vscode";
import { redactTrace } from "./redact";

/**
 * The channel of the protocol trace. The client library traces only while its channel's log level
 * is Trace, which users would have to set besides `dbt.trace.server`: here the setting is the level.
 * Everything passes the redaction before it is kept.
 */
export class TraceChannel implements vscode.LogOutputChannel {
  readonly name = "Tandem Trace";
  private channel: vscode.OutputChannel | undefined;
  private readonly levelChanged = new vscode.EventEmitter<vscode.LogLevel>();
  readonly onDidChangeLogLevel = this.levelChanged.event;
  private readonly configuration = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("dbt.trace.server")) {
      this.levelChanged.fire(this.logLevel);
    }
  });

  get logLevel(): vscode.LogLevel {
    const wanted = vscode.workspace.getConfiguration("dbt").get<string>("trace.server", "off");
    return wanted === "off" ? vscode.LogLevel.Off : vscode.LogLevel.Trace;
  }

  trace(message: string): void {
    this.appendLine(`[${new Date().toISOString()}] ${message}`);
  }
  debug(message: string): void {
    this.trace(message);
  }
  info(message: string): void {
    this.trace(message);
  }
  warn(message: string): void {
    this.trace(message);
  }
  error(error: string | Error): void {
    this.trace(error instanceof Error ? error.message : error);
  }

  append(value: string): void {
    this.output().append(redactTrace(value));
  }
  appendLine(value: string): void {
    this.output().appendLine(redactTrace(value));
  }
  replace(value: string): void {
    this.output().replace(redactTrace(value));
  }
  clear(): void {
    this.channel?.clear();
  }
  show(): void {
    this.output().show(true);
  }
  hide(): void {
    this.channel?.hide();
  }
  dispose(): void {
    this.configuration.dispose();
    this.levelChanged.dispose();
    this.channel?.dispose();
  }

  /** Made when first written to: nobody wants an empty channel in the list. */
  private output(): vscode.OutputChannel {
    this.channel ??= vscode.window.createOutputChannel(this.name);
    return this.channel;
  }
}

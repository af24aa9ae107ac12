/** What tests use of GitHub's own parser of workflows and actions. */
declare module '@actions/workflow-parser' {
  interface ParsedTemplate {
    readonly context: { readonly errors: { getErrors(): readonly { readonly message: string }[] } };
    readonly value: object | undefined;
  }
  interface WorkflowFile {
    readonly name: string;
    readonly content: string;
  }
  class NoOperationTraceWriter {}
  function parseWorkflow(file: WorkflowFile, trace: NoOperationTraceWriter): ParsedTemplate;
  function convertWorkflowTemplate(context: ParsedTemplate['context'], root: object): Promise<object>;
}

declare module '@actions/workflow-parser/actions/action-parser' {
  import type { NoOperationTraceWriter, ParsedTemplate, WorkflowFile } from '@actions/workflow-parser';

  function parseAction(file: WorkflowFile, trace: NoOperationTraceWriter): ParsedTemplate;
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ATTRIBUTE, labelName, METRIC } from '../src/serve/telemetry/names.js';

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8');

const FAMILIES = new Map(Object.values(METRIC).map(({ prometheus, type }) => [prometheus, type]));
const LABELS = new Set<string>([
  ...Object.values(ATTRIBUTE).map(labelName),
  ...['le', 'instance', 'llmci_outcome', 'llmci_metric', 'llmci_stat', 'llmci_level'],
]);

/** The names in an expression of PromQL that look like ours and are none that `/metrics` has. */
function unknownNames(expression: string): readonly string[] {
  return [...expression.matchAll(/\b(?:gen_ai|llmci)_\w+/g)].flatMap(([name]) => {
    if (LABELS.has(name) || FAMILIES.has(name)) return FAMILIES.get(name) === 'histogram' ? [name] : [];
    return FAMILIES.get(name.replace(/_(?:bucket|count|sum)$/, '')) === 'histogram' ? [] : [name];
  });
}

describe('the dashboard of Grafana', () => {
  interface Panel {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly w: number };
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }
  const dashboard = JSON.parse(read('docs/grafana/llmci.json')) as { readonly panels: readonly Panel[] };

  it.each(dashboard.panels.map((panel) => [panel.title, panel] as const))('%s asks for what is there', (_, panel) => {
    for (const { expr, legendFormat } of panel.targets) {
      expect(unknownNames(expr)).toEqual([]);
      const labels = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      expect(labels.filter((label) => !LABELS.has(label))).toEqual([]);
    }
    expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
  });

  it('shows every metric', () => {
    const asked = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join(' ');
    expect([...FAMILIES.keys()].filter((name) => !asked.includes(name))).toEqual([]);
  });

  it('a name that is not there is found', () => {
    expect(unknownNames('rate(llmci_calls_total[1m]) / gen_ai_client_inference_duration_seconds')).toHaveLength(2);
  });
});

describe('the manifests for Kubernetes', () => {
  const page = read('docs/guide/kubernetes.md');
  const manifests = [...page.matchAll(/```yml\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
    parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Manifest;
    }),
  );
  interface Container {
    readonly command?: readonly string[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly volumeMounts: readonly { readonly name: string }[];
    readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string; readonly port: string | number } };
  }
  interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
    // Each kind has its own
    readonly spec: Record<string, never>;
  }
  const specOf = <Spec>(kind: string) => manifests.find((each) => each.kind === kind)?.spec as unknown as Spec;

  it('each has a version, a kind and a name that Kubernetes takes', () => {
    expect(manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'apps/v1 Deployment',
      'v1 Service',
      'policy/v1 PodDisruptionBudget',
      'monitoring.coreos.com/v1 ServiceMonitor',
      'monitoring.coreos.com/v1 PrometheusRule',
      'argoproj.io/v1alpha1 AnalysisTemplate',
      'flagger.app/v1beta1 Canary',
      'apps/v1 Deployment',
    ]);
    for (const { metadata } of manifests) expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  });

  it('what selects finds the pods, and probes ask for endpoints on ports that are there', () => {
    interface Deployment {
      readonly selector: { readonly matchLabels: object };
      readonly template: {
        readonly metadata: { readonly labels: object };
        readonly spec: {
          readonly containers: readonly Container[];
          readonly volumes: readonly { readonly name: string }[];
        };
      };
    }
    const { selector, template } = specOf<Deployment>('Deployment');
    const labels = template.metadata.labels;
    expect(selector.matchLabels).toEqual(labels);
    expect(specOf<{ selector: object }>('Service').selector).toEqual(labels);
    for (const kind of ['PodDisruptionBudget', 'ServiceMonitor'])
      expect(specOf<Deployment>(kind).selector.matchLabels).toEqual(labels);
    const [container] = template.spec.containers;
    if (!container) throw new Error('no container');
    const paths = (['startupProbe', 'readinessProbe', 'livenessProbe'] as const).map(
      (probe) => container[probe]?.httpGet,
    );
    expect(paths.map((asked) => asked?.path)).toEqual(['/readyz', '/readyz', '/healthz']);
    for (const asked of paths) expect(container.ports.map(({ name }) => name)).toContain(asked?.port);
    expect(container.ports[0]?.containerPort).toBe(8787);
    const volumes = template.spec.volumes.map(({ name }) => name);
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes);
  });

  it('alerts ask for metrics that are there', () => {
    const { groups } = specOf<{ groups: { rules: { expr: string }[] }[] }>('PrometheusRule');
    const expressions = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
    expect(expressions).not.toEqual([]);
    expect(expressions.flatMap(unknownNames)).toEqual([]);
  });

  it('controllers go on for a pass only: to wait is neither success nor failure', () => {
    interface Analysis {
      readonly metrics: readonly {
        readonly count: number;
        readonly inconclusiveLimit: number;
        readonly successCondition: string;
        readonly failureCondition: string;
        readonly provider: { readonly web: { readonly url: string; readonly jsonPath: string } };
      }[];
    }
    const [metric] = specOf<Analysis>('AnalysisTemplate').metrics;
    expect(metric).toMatchObject({ successCondition: 'result == "pass"', failureCondition: 'result == "fail"' });
    expect(metric?.provider.web).toMatchObject({ jsonPath: '{$.verdict}' });
    const { webhooks } = specOf<{ analysis: { webhooks: { type: string; url: string }[] } }>('Canary').analysis;
    expect(webhooks.map(({ type, url }) => [type, new URL(url).pathname + new URL(url).search])).toEqual([
      ['confirm-promotion', '/verdict/support-reply'],
      ['rollback', '/verdict/support-reply?when=fail'],
    ]);
  });
});

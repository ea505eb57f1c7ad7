/** All metrics of this process as a text, for a monitoring system that asks for them. */
export interface MetricsExposition {
  /** The media type of the text. */
  readonly contentType: string;
  /** Returns the metrics. Reads nothing but this process's memory. */
  read(): Promise<string>;
  /**
   * Calls `sample` before each read, so that it can set gauges; it must be quick. Returns a
   * function that ends this.
   */
  beforeRead(sample: () => void): () => void;
}

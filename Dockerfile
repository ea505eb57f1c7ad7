# The image of leaders, workers and the dashboard: Millrace, its production dependencies and an unprivileged user.
# The app is in /app: mount its folder there, or COPY it in an image FROM this one.

ARG NODE_IMAGE=node:24.21-slim

FROM ${NODE_IMAGE} AS modules
WORKDIR /millrace
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

# The example reads one file of a development dependency, 1 MB of its 42.
FROM modules AS example-data
RUN npm install --no-save --save-prod --omit=dev --ignore-scripts \
    "vega-datasets@$(node -p "require('./package-lock.json').packages['node_modules/vega-datasets'].version")"

# The page of the dashboard is built with development dependencies, and served without them.
FROM ${NODE_IMAGE} AS page
WORKDIR /millrace
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY bin bin
COPY lib lib
COPY dashboard dashboard
RUN node bin/build-page.ts

FROM ${NODE_IMAGE}
WORKDIR /millrace
COPY --from=modules /millrace/node_modules node_modules
COPY --from=example-data /millrace/node_modules/vega-datasets/package.json node_modules/vega-datasets/
COPY --from=example-data /millrace/node_modules/vega-datasets/data/birdstrikes.csv node_modules/vega-datasets/data/
COPY --from=page /millrace/dashboard/dist dashboard/dist
COPY package.json ./
COPY bin bin
COPY lib lib
COPY rehearsal rehearsal
# For `import … from 'millrace'` in the app, and for `millrace` in a shell of the container.
RUN mkdir /node_modules \
    && ln -s /millrace /millrace/node_modules/vega-datasets /node_modules/ \
    && ln -s /millrace/bin/millrace.js /usr/local/bin/millrace
ENV NODE_ENV=production
USER node
WORKDIR /app
ENTRYPOINT ["millrace"]
CMD ["--help"]

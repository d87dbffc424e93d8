# Tabard in an image: pages built with Node, then only Python. It holds no keys and no data.
FROM node:22-slim AS pages
WORKDIR /build
COPY frontend frontend
COPY tabard/web tabard/web
RUN cd frontend && npm ci --no-audit --no-fund && npm run build

FROM python:3.12-slim
RUN useradd --create-home tabard
WORKDIR /app
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt && pip install --no-cache-dir --require-hashes -r requirements/s3.txt
COPY . .
COPY --from=pages /build/tabard/web/static/built tabard/web/static/built
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && tabard messages compile
USER tabard
WORKDIR /home/tabard
ENTRYPOINT ["tabard"]
CMD ["run"]

# The operator as a static binary on an empty image, run as an unprivileged user.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS TARGETARCH VERSION=development
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY config/crd config/crd
COPY controllers controllers
COPY schemas schemas
COPY webhooks webhooks
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -tags grpcnotrace -trimpath \
    -ldflags "-s -w -funcalign=16 -X main.version=$VERSION" -o /kestra-operator ./cmd/kestra-operator

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /kestra-operator /kestra-operator
USER 65532:65532
ENTRYPOINT ["/kestra-operator"]
CMD ["run"]

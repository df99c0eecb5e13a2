# The pipeline without servers: docker-compose.yml says where they are.
FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /src
COPY pom.xml mvnw ./
COPY .mvn .mvn
COPY operators operators
COPY config config
COPY pipeline pipeline
COPY simulation simulation
COPY benchmarks benchmarks
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -q -B -Dquick -pl pipeline -am package

FROM eclipse-temurin:17.0.19_10-jre-noble
RUN useradd --system --uid 10001 --home-dir /data swarm && install -d -o swarm -g swarm -m 700 /data
COPY --from=build /src/pipeline/target/lib /opt/can-swarm/lib
COPY --from=build /src/pipeline/target/can-swarm.jar /opt/can-swarm/can-swarm.jar
USER swarm
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-XX:MaxRAMPercentage=50", "-jar", "/opt/can-swarm/can-swarm.jar"]
CMD ["up", "--data", "/data"]

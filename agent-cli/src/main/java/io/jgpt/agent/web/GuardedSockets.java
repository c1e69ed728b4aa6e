package io.jgpt.agent.web;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.function.Predicate;
import javax.net.SocketFactory;

/**
 * Sockets that connect only where they may. The check is on the address that is connected to, at
 * the moment of connecting: whatever a name was resolved to before or is resolved to next, and
 * whoever wrote the address, there is no way around it.
 */
final class GuardedSockets extends SocketFactory {

  /** The address that was refused. */
  static final class Refused extends ConnectException {
    private static final long serialVersionUID = 1;

    Refused(InetAddress address) {
      super(address.getHostAddress());
    }
  }

  private final Predicate<InetAddress> allowed;

  GuardedSockets(Predicate<InetAddress> allowed) {
    this.allowed = allowed;
  }

  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
      }

      @Override
      public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (!(endpoint instanceof InetSocketAddress inet) || inet.isUnresolved()) {
          throw new ConnectException("no address: " + endpoint);
        }
        if (!allowed.test(inet.getAddress())) {
          throw new Refused(inet.getAddress());
        }
        super.connect(endpoint, timeout);
      }
    };
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("connected at once");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("connected at once");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("connected at once");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("connected at once");
  }
}
